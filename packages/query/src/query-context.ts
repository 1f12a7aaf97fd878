import { Context } from "mingo/core";
import { $elemMatch, $size } from "mingo/operators/query/array";
import { $eq, $gt, $gte, $lt, $lte, $ne } from "mingo/operators/query/comparison";
import { $exists } from "mingo/operators/query/element";
import { $and, $nor, $not, $or } from "mingo/operators/query/logical";
import type { AnyObject, Options } from "mingo/types";
import { resolve } from "mingo/util";
import type { FieldTest } from "./field-test.ts";

/** Tests of ours on a field, under a name no user can write: field paths and operators are checked before. */
export const TEST_OPERATOR = "$stephooks";

/** All that mingo may do for us: no scripts, no expressions, and no patterns but our own. */
export const queryContext: Context = Context.init({
  query: {
    $and,
    $elemMatch,
    $eq,
    $exists,
    $gt,
    $gte,
    $lt,
    $lte,
    $ne,
    $nor,
    $not,
    $or,
    $size,
    [TEST_OPERATOR]: (path: string, tests: unknown, _options: Options) => {
      if (!isTests(tests)) throw new TypeError(`${TEST_OPERATOR} takes tests`);
      return (document: AnyObject) => {
        const found = resolve(document, path, { unwrapArray: true });
        return tests.every((test) => test(found));
      };
    },
  },
});

function isTests(value: unknown): value is readonly FieldTest[] {
  return Array.isArray(value) && value.every((test) => typeof test === "function");
}
