import type { ArrayExpression, Node, ObjectExpression } from "@babel/types";
import { allocate, iterated, spreadInto } from "./heap.ts";
import type { Frame, Outcome } from "./machine.ts";
import { isExpression, keyOfMember } from "./member-key.ts";
import type { Path } from "./path.ts";
import { type Cell, list, nothing, record, unionOf, unknown, type Value } from "./value.ts";

export function arrayOf(node: ArrayExpression, frame: Frame, path: Path): readonly Outcome[] {
  let partial: readonly { readonly items: readonly Value[]; readonly exact: boolean; readonly path: Path }[] = [
    { items: [], exact: true, path },
  ];
  for (const element of node.elements) {
    partial = partial.flatMap(({ exact, items, path: at }) => {
      if (element === null) return [{ items: [...items, nothing], exact, path: at }];
      if (element.type !== "SpreadElement") {
        return frame.machine
          .evaluate(element, frame, at)
          .map((one) => ({ items: [...items, one.value], exact, path: one.path }));
      }
      return frame.machine.evaluate(element.argument, frame, at).flatMap(({ path: end, value }) => {
        const spread = iterated(frame.machine, value, end);
        return [{ items: [...items, ...spread.items], exact: exact && spread.exact, path: spread.path }];
      });
    });
  }
  return partial.map(({ exact, items, path: at }) => allocate(frame.machine, at, list(items, exact)));
}

export function objectOf(node: ObjectExpression, frame: Frame, path: Path): readonly Outcome[] {
  let partial: readonly { readonly cell: Cell; readonly path: Path }[] = [{ cell: record(), path }];
  for (const property of node.properties) {
    partial = partial.flatMap(({ cell, path: at }) => {
      if (property.type === "SpreadElement") {
        return frame.machine.evaluate(property.argument, frame, at).flatMap(({ path: end, value }) =>
          (value.kind === "union" && value.of.length <= 4 ? value.of : [value]).map((one) => ({
            cell: spreadInto(cell, one, end),
            path: end,
          })),
        );
      }
      return keyOfMember(frame, { computed: property.computed, property: property.key }, at).flatMap(
        ({ path: keyed, value: key }) => {
          const values: readonly Outcome[] =
            property.type === "ObjectMethod"
              ? [{ value: methodOf(property, frame), path: keyed }]
              : isExpression(property.value)
                ? frame.machine.evaluate(property.value, frame, keyed)
                : [{ value: unknown(), path: keyed }];
          return values.map(({ path: end, value }) => ({
            cell: withProperty(cell, key, value, property, frame),
            path: end,
          }));
        },
      );
    });
  }
  return partial.map(({ cell, path: at }) => allocate(frame.machine, at, cell));
}

function methodOf(
  node: Extract<ObjectExpression["properties"][number], { type: "ObjectMethod" }>,
  frame: Frame,
): Value {
  const plain = { kind: "function", node, scope: frame.scope } as const;
  if (node.kind === "method") return plain;
  return node.kind === "get" ? { ...plain, isGetter: true } : unknown();
}

/** A record with one more property; one whose name is not known may be any. */
function withProperty(cell: Cell, key: Value, value: Value, node: Node, { scope }: Frame): Cell {
  if (key.kind !== "constant") return { ...cell, rest: unionOf([...(cell.rest ? [cell.rest] : []), value]) };
  const name = String(key.value);
  const props = new Map(cell.props);
  props.set(name, value);
  return { ...cell, props, places: new Map(cell.places).set(name, { node, scope }) };
}
