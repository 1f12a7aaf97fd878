import type { Node } from "@babel/types";
import { walk } from "../syntax/walk.ts";
import { cellOf } from "./heap.ts";
import type { Path } from "./path.ts";
import type { Scope } from "./scope.ts";
import type { FunctionValue, Value } from "./value.ts";

/**
 * Whether calling one of these values, or a function that they hold, may come to goto or wait. A module's own names never
 * hold a callback: what is written there is given up as lost.
 */
export function canAsk(values: readonly Value[], path: Path): boolean {
  const seen = new Set<unknown>();
  const visit = (value: Value): boolean => {
    switch (value.kind) {
      case "asker":
        return true;
      case "union":
        return value.of.some(visit);
      case "method":
        return visit(value.of);
      case "function":
        return ofFunction(value);
      case "object": {
        if (seen.has(value.id)) return false;
        seen.add(value.id);
        const cell = cellOf(value, path);
        return (
          cell !== undefined && [...cell.props.values(), ...cell.items, ...(cell.rest ? [cell.rest] : [])].some(visit)
        );
      }
      default:
        return false;
    }
  };
  const ofFunction = ({ bound = [], node, scope, self }: FunctionValue): boolean => {
    if (bound.some(visit) || (self !== undefined && visit(self))) return true;
    const key = `${scope.id}`;
    const visited = seenScopes.get(node) ?? new Set<string>();
    if (visited.has(key)) return false;
    seenScopes.set(node, visited.add(key));
    return heldAround(node, scope, path).some(visit);
  };
  const seenScopes = new Map<Node, Set<string>>();
  return values.some(visit);
}

/** What the names hold that a function takes from the functions around it. */
function heldAround(node: Node, scope: Scope, path: Path): readonly Value[] {
  const used = namesUsed(node);
  const held: Value[] = [];
  for (let at: Scope | undefined = scope; at?.parent; at = at.parent) {
    for (const [name, slot] of at.names) {
      const value = used.has(name) ? path.names.get(slot) : undefined;
      if (value) held.push(value);
    }
  }
  return held;
}

const used = new WeakMap<Node, ReadonlySet<string>>();

function namesUsed(node: Node): ReadonlySet<string> {
  const known = used.get(node);
  if (known) return known;
  const names = new Set<string>();
  walk(node, (at) => {
    if (at.type === "Identifier") names.add(at.name);
    return true;
  });
  used.set(node, names);
  return names;
}
