import type { Node } from "@babel/types";
import { isFunctionNode, walk } from "../syntax/walk.ts";
import type { Until } from "./fact.ts";
import type { Frame } from "./machine.ts";
import { textOf } from "./subject.ts";

const texts = new WeakMap<Node, ReadonlyMap<string, number>>();

export function lastTest(written: Node, text: string | undefined, frame: Frame): Until {
  const home = frame.stack.at(-1);
  if (text === undefined || home === undefined) return { home, index: -1 };
  const start = written.start ?? 0;
  const lastIn = (around: Node): number => testsIn(around).get(text) ?? -1;
  // A function inside of another one shares its variables: what it has learnt may be asked again outside.
  const outermost = frame.stack.find(
    (around) => (around === home || functionsIn(around).has(home)) && lastIn(around) > start,
  );
  return outermost ? { home: outermost, index: lastIn(outermost) } : { home, index: -1 };
}

const inside = new WeakMap<Node, ReadonlySet<Node>>();

function functionsIn(outer: Node): ReadonlySet<Node> {
  const known = inside.get(outer);
  if (known) return known;
  const found = new Set<Node>();
  walk(outer, (node) => {
    if (isFunctionNode(node)) found.add(node);
    return true;
  });
  inside.set(outer, found);
  return found;
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
