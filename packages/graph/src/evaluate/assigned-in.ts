import type { Node } from "@babel/types";
import { childrenOf } from "../syntax/walk.ts";
import { rootOf } from "./assign.ts";
import { namesIn } from "./names-in.ts";

const assigned = new WeakMap<Node, readonly string[]>();

/** Variables that code assigns, or calls a method on that may change them. */
export function assignedIn(node: Node): readonly string[] {
  const known = assigned.get(node);
  if (known) return known;
  const names = new Set<string>();
  const visit = (at: Node): void => {
    if (at.type === "AssignmentExpression")
      for (const name of [rootOf(at.left), ...namesIn(at.left)]) if (name !== undefined) names.add(name);
    if (at.type === "UpdateExpression") names.add(rootOf(at.argument) ?? "");
    if (at.type === "CallExpression" && at.callee.type === "MemberExpression") {
      const { object, property } = at.callee;
      if (
        object.type === "Identifier" &&
        property.type === "Identifier" &&
        /^(?:push|unshift|splice|set|add)$/.test(property.name)
      )
        names.add(object.name);
    }
    for (const child of childrenOf(at)) visit(child);
  };
  visit(node);
  const found = [...names].filter((name) => name !== "");
  assigned.set(node, found);
  return found;
}
