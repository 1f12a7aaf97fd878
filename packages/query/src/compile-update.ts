import { isRecord } from "@stephooks/core";
import { defaultQueryLimits, QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";
import { changeOf, type DocumentChange } from "./update-operators.ts";
import { jsonCopy, mergeInto } from "./update-values.ts";

/** A Mongo-style update: operators, or a plain object that is merged into the document. */
export type Update = Readonly<Record<string, unknown>>;

export interface UpdateSettings {
  /** Whether a dot in a name of `$set`, `$inc` and `$unset` is part of the name. Default: it leads into an object. */
  readonly literalNames?: boolean;
}

/** Answers the changed copy of a document; the given one stays as it is. @throws QueryError `invalid-update`. */
export type Updater = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/**
 * Compiles an update from an untrusted source. Operators, applied in the order they are written: `$set $unset $inc $mul
 * $min $max $push $pull $pullAll $addToSet $pop $rename`. Dots in their field names lead into objects and arrays. Without
 * an operator the update is merged: objects key by key on every level, anything else is replaced.
 *
 * `_id` cannot be changed; naming its present value is allowed.
 *
 * @throws QueryError `invalid-update`, `unknown-operator`, `invalid-operand`, `invalid-path`, `query-too-deep`,
 * `query-too-large`, and for the filter in `$pull` every code.
 */
export function compileUpdate(update: Update, options: UpdateSettings = {}): Updater {
  if (!isRecord(update)) throw new QueryError("invalid-update", "An update is an object.");
  const changes = hasOperators(update) ? operatorChanges(update, options) : [mergeChange(update)];
  return (document) => {
    const copy = jsonCopy({ ...document }, "document");
    for (const change of changes) change(copy);
    if (copy["_id"] !== document["_id"]) {
      throw new QueryError("invalid-update", "_id cannot be changed. Insert a new document and remove the old one.");
    }
    return copy;
  };
}

/** True when at least one key is an operator. */
export function hasOperators(update: Update): boolean {
  return Object.keys(update).some((key) => key.startsWith("$"));
}

function operatorChanges(update: Update, { literalNames = false }: UpdateSettings): readonly DocumentChange[] {
  const budget = new QueryBudget(defaultQueryLimits);
  return Object.entries(update).map(([operator, operand]) => {
    if (!operator.startsWith("$")) {
      throw new QueryError(
        "invalid-update",
        `"${operator.slice(0, 50)}" stands beside operators: put it into $set, or leave the operators out.`,
      );
    }
    return changeOf(operator, operand, { budget, literalNames });
  });
}

function mergeChange(update: Update): DocumentChange {
  const merged = jsonCopy(update, "update");
  return (document) => mergeInto(document, merged);
}
