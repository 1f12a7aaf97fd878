import type { ForInStatement, ForOfStatement, Node, Statement } from "@babel/types";
import { isFunctionNode, walk } from "../syntax/walk.ts";
import { assignTo } from "./assign.ts";
import { assignedIn } from "./assigned-in.ts";
import { childScope, hoist } from "./declarations.ts";
import { entriesOf, iterated, taint } from "./heap.ts";
import { fewer, LoopHeads } from "./loop-heads.ts";
import type { Decision, Exits, Frame } from "./machine.ts";
import { lookUp, setName } from "./names.ts";
import { type Path, tidy } from "./path.ts";
import { slotOf } from "./scope.ts";
import { constant, unionOf, unknown, type Value } from "./value.ts";

type Loop = Extract<
  Statement,
  { type: "ForStatement" | "ForInStatement" | "ForOfStatement" | "WhileStatement" | "DoWhileStatement" }
>;

/** Lists up to this long are gone through item by item, and loops that the source decides turn by turn. */
const LONGEST_UNROLLED = 128;

/** The same for what has more than two paths. */
const LONGEST_FORKED = 24;

/** Turns after which everything is unknown that a loop assigns of which the source does not tell how often it turns. */
const MOST_TURNS = 12;

/** Most turns of a loop that counts to a constant, for its sleeps. */
const MOST_COUNTED = 10_000;

export function runLoop(loop: Statement, frame: Frame, path: Path, label?: string): readonly Path[] {
  switch (loop.type) {
    case "ForOfStatement":
    case "ForInStatement":
      return overItems(loop, frame, path, label);
    case "ForStatement": {
      const inner = childScope(frame);
      const { init } = loop;
      const begun = !init
        ? [path]
        : init.type === "VariableDeclaration"
          ? frame.machine.execute([init], inner, path)
          : frame.machine.evaluate(init, inner, path).map((one) => one.path);
      const turns = init?.type === "VariableDeclaration" ? countedTurns(loop, inner, begun) : 1;
      return whileTrue(loop, { test: loop.test, update: loop.update, label, turns }, inner, begun);
    }
    case "WhileStatement":
      return whileTrue(loop, { test: loop.test, label, turns: 1 }, frame, [path]);
    case "DoWhileStatement": {
      const first = turn(loop.body, frame, [path], label);
      return [...first.left, ...whileTrue(loop, { test: loop.test, label, turns: 1 }, frame, first.ends)];
    }
    default:
      return [path];
  }
}

interface Turning {
  readonly test: Extract<Loop, { type: "WhileStatement" }>["test"] | null | undefined;
  readonly update?: Extract<Loop, { type: "ForStatement" }>["update"];
  readonly label: string | undefined;
  readonly turns: number;
}

/** One turn: the paths that go on with the next, and those that left by break. */
function turn(
  body: Statement,
  frame: Frame,
  paths: readonly Path[],
  label: string | undefined,
): { readonly ends: readonly Path[]; readonly left: readonly Path[] } {
  const exits: Exits = { ...frame.exits, breaks: [], continues: [] };
  const ends = paths.flatMap((at) => frame.machine.execute([body], { ...childScope(frame), exits }, at));
  const isOwn = (exit: { readonly label: string | undefined }): boolean =>
    exit.label === undefined || exit.label === label;
  frame.exits.breaks.push(...exits.breaks.filter((exit) => !isOwn(exit)));
  frame.exits.continues.push(...exits.continues.filter((exit) => !isOwn(exit)));
  const pathsOf = (list: Exits["breaks"]): readonly Path[] => list.filter(isOwn).map((exit) => exit.path);
  return { ends: tidy([...ends, ...pathsOf(exits.continues)]), left: pathsOf(exits.breaks) };
}

function whileTrue(
  loop: Loop,
  { label, test, turns, update }: Turning,
  frame: Frame,
  begun: readonly Path[],
): readonly Path[] {
  const left: Path[] = [];
  const heads = new LoopHeads(frame.machine.next());
  let paths: readonly Path[] = tidy(begun);
  let at = frame;
  const isEndless = !test || test.type.endsWith("Literal");
  let isDecided = true;
  let slept: number | undefined;
  for (let count = 0; paths.length > 0; count += 1) {
    // As long as the source decides whether it goes on, each turn is followed; else until a turn begins as an earlier one.
    const isLast = count >= (isDecided ? (paths.length > 2 ? LONGEST_FORKED : LONGEST_UNROLLED) : MOST_TURNS);
    if (!isDecided) paths = heads.entered(paths, at, count);
    if (isLast) paths = paths.map((one) => widened(loop, at, heads.blurred(one, at)));
    const decisions: readonly Decision[] = paths.map((one) =>
      test ? frame.machine.decide(test, at, one) : { yes: [one], no: [] },
    );
    isDecided &&= !isEndless && decisions.every(({ no, yes }) => no.length === 0 || yes.length === 0);
    left.push(...decisions.flatMap(({ no }) => no));
    const yes = tidy(decisions.flatMap((decision) => decision.yes));
    const after = turn(
      loop.body,
      at,
      slept === undefined ? yes : yes.map((one) => ({ ...one, slept: slept ?? 0 })),
      label,
    );
    left.push(...after.left);
    const next = ownTurn(loop, at, after.ends);
    at = next.frame;
    paths = next.paths.flatMap((one) =>
      update ? frame.machine.evaluate(update, at, one).map((outcome) => outcome.path) : [one],
    );
    if (count === 0 && turns > LONGEST_FORKED) slept = sleptBefore(paths, begun, turns);
    // A condition that nothing in the loop changes would decide it for ever: each turn is a new question.
    paths = tidy(paths.map((one) => unasked(loop, at, one)));
    if (isLast) break;
  }
  const ended = test ? paths.flatMap((one) => frame.machine.decide(test, at, one).no) : [];
  return tidy([...left, ...ended]);
}

/** `let` before a loop is a variable of its own in each turn, which matters to the functions that a turn makes. */
function ownTurn(
  loop: Loop,
  frame: Frame,
  paths: readonly Path[],
): { readonly frame: Frame; readonly paths: readonly Path[] } {
  const isOwn = loop.type === "ForStatement" && loop.init?.type === "VariableDeclaration" && loop.init.kind !== "var";
  if (!isOwn || frame.scope.names.size === 0 || !hasFunction(loop)) return { frame, paths };
  const moved = [...frame.scope.names].map(([name, from]) => ({ name, from, to: frame.machine.next() }));
  const names = new Map(moved.map(({ name, to }) => [name, to]));
  return {
    frame: { ...frame, scope: { ...frame.scope, id: frame.machine.next(), names } },
    paths: paths.map((path) => ({
      ...path,
      names: moved.reduce((store, { from, to }) => {
        const value = store.get(from);
        return value ? store.with(to, value) : store;
      }, path.names),
    })),
  };
}

const withFunctions = new WeakMap<Node, boolean>();

function hasFunction(loop: Node): boolean {
  const known = withFunctions.get(loop);
  if (known !== undefined) return known;
  let found = false;
  walk(loop, (node) => {
    found ||= isFunctionNode(node);
    return !found;
  });
  withFunctions.set(loop, found);
  return found;
}

/** What has been slept before the last of so many turns, each of which sleeps as the first one did. */
function sleptBefore(paths: readonly Path[], [begin]: readonly Path[], turns: number): number | undefined {
  const before = begin?.slept ?? 0;
  const own = Math.max(0, ...paths.map(({ slept }) => slept - before));
  return own > 0 ? before + own * (turns - 1) : undefined;
}

/** What a condition told in one turn may be otherwise in the next. */
function unasked(loop: Loop, frame: Frame, path: Path): Path {
  const changed = new Set(assignedIn(loop));
  const roots = [...changed].map((name) => slotOf(frame.scope, name));
  const facts = path.facts.filter(
    ({ subject }) => !roots.some((slot) => slot !== undefined && subject.includes(`#${slot}#`)),
  );
  return { ...path, facts };
}

/** After some turns: what the loop assigns may be anything. */
function widened(loop: Loop, frame: Frame, path: Path): Path {
  return assignedIn(loop).reduce((at, name) => {
    const value = lookUp(name, frame.scope, at);
    return setName(name, unionOf([value, unknown()]), frame.scope, taint(at, [value]));
  }, path);
}

function overItems(
  loop: ForOfStatement | ForInStatement,
  frame: Frame,
  path: Path,
  label: string | undefined,
): readonly Path[] {
  return frame.machine.evaluate(loop.right, frame, path).flatMap(({ path: at, value }) => {
    const {
      exact,
      items,
      path: from,
    } = loop.type === "ForInStatement" ? { ...keysOf(value, at), path: at } : iterated(frame.machine, value, at);
    if (exact && items.length <= LONGEST_UNROLLED) return overEach(loop, items, frame, from, label);
    return overAny(loop, unionOf(items), frame, from, label);
  });
}

/** One turn for each item of a list that is known. */
function overEach(
  loop: ForOfStatement | ForInStatement,
  items: readonly Value[],
  frame: Frame,
  path: Path,
  label: string | undefined,
): readonly Path[] {
  const left: Path[] = [];
  let paths: readonly Path[] = [path];
  for (const item of items) {
    const after = turnWith(loop, item, frame, paths, label);
    left.push(...after.left);
    paths = fewer(after.ends);
  }
  return tidy([...left, ...paths]);
}

/** Any number of unknown items: none, one, or more, until a turn begins as an earlier one. */
function overAny(
  loop: ForOfStatement | ForInStatement,
  item: Value,
  frame: Frame,
  path: Path,
  label: string | undefined,
): readonly Path[] {
  const left: Path[] = [];
  const heads = new LoopHeads(frame.machine.next());
  let paths: readonly Path[] = [path];
  for (let count = 0; paths.length > 0; count += 1) {
    paths = heads.entered(paths, frame, count);
    if (count >= MOST_TURNS) paths = paths.map((one) => widened(loop, frame, heads.blurred(one, frame)));
    left.push(...paths);
    const after = turnWith(loop, item, frame, paths, label);
    left.push(...after.left);
    if (count >= MOST_TURNS) return tidy([...left, ...after.ends]);
    paths = tidy(after.ends.map((one) => unasked(loop, frame, one)));
  }
  return tidy(left);
}

function turnWith(
  loop: ForOfStatement | ForInStatement,
  item: Value,
  frame: Frame,
  paths: readonly Path[],
  label: string | undefined,
) {
  const inner = childScope(frame);
  const bound = paths.flatMap((from) => bindItem(loop, item, inner, from));
  return turn(loop.body, inner, tidy(bound), label);
}

function bindItem(loop: ForOfStatement | ForInStatement, item: Value, frame: Frame, path: Path): readonly Path[] {
  if (loop.left.type !== "VariableDeclaration") return assignTo(loop.left, item, frame, path, loop);
  const declared = hoist([loop.left], frame, path);
  const [declarator] = loop.left.declarations;
  return declarator ? assignTo(declarator.id, item, frame, declared, loop) : [declared];
}

function keysOf(value: Value, path: Path): { readonly items: readonly Value[]; readonly exact: boolean } {
  const entries = entriesOf(value, path);
  return entries
    ? { items: entries.map(([name]) => constant(name)), exact: true }
    : { items: [unknown()], exact: false };
}

/** How often `for (let i = 0; i < 10; i++)` turns, where the source tells; else once. */
function countedTurns(loop: Extract<Loop, { type: "ForStatement" }>, frame: Frame, begun: readonly Path[]): number {
  const { init, test, update } = loop;
  const [path] = begun;
  if (
    init?.type !== "VariableDeclaration" ||
    test?.type !== "BinaryExpression" ||
    update?.type !== "UpdateExpression" ||
    path === undefined
  )
    return 1;
  const [from] = init.declarations[0]?.init ? frame.machine.evaluate(init.declarations[0].init, frame, path) : [];
  const [to] = frame.machine.evaluate(test.right, frame, path);
  if (from?.value.kind !== "constant" || to?.value.kind !== "constant" || isFunctionNode(test)) return 1;
  const count = Math.abs(Number(to.value.value) - Number(from.value.value)) + (test.operator.endsWith("=") ? 1 : 0);
  return Number.isInteger(count) && count >= 1 && count <= MOST_COUNTED ? count : 1;
}
