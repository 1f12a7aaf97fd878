import type { Node } from "@babel/types";
import { walk } from "../syntax/walk.ts";
import type { Until } from "./fact.ts";
import type { Frame } from "./machine.ts";
import { textOf } from "./subject.ts";

const texts = new WeakMap<Node, ReadonlyMap<string, number>>();

export function lastTest(written: Node, text: string | undefined, frame: Frame): Until {
  const home = frame.stack.at(-1);
  if (text === undefined || home === undefined) return { home, index: -1 };
  const last = testsIn(home).get(text) ?? -1;
  return { home, index: last > (written.start ?? 0) ? last : -1 };
}

/** Where each expression stands last; whatever it is used for. */
function testsIn(home: Node): ReadonlyMap<string, number> {
  const known = texts.get(home);
  if (known) return known;
  const found = new Map<string, number>();
  walk(home, (node) => {
    const text = isSubject(node) ? textOf(node, (name) => name) : undefined;
    if (text !== undefined) found.set(text, Math.max(found.get(text) ?? -1, node.start ?? 0));
    return true;
  });
  texts.set(home, found);
  return found;
}

function isSubject({ type }: Node): boolean {
  return /^(?:Identifier|MemberExpression|OptionalMemberExpression|CallExpression|BinaryExpression|UnaryExpression)$/.test(
    type,
  );
}
