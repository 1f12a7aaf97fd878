import type { IfStatement, Statement, SwitchStatement, TryStatement, VariableDeclaration } from "@babel/types";
import { assignTo } from "./assign.ts";
import { decideCase } from "./conditions.ts";
import { bindClass, childScope, hoist } from "./declarations.ts";
import { runLoop } from "./loops.ts";
import type { Frame } from "./machine.ts";
import { runNamespace } from "./namespaces.ts";
import { joined, type Path, tidy } from "./path.ts";
import { constant, nothing, type Value } from "./value.ts";

/** Runs statements in a scope of which the names are declared. */
export function execute(statements: readonly Statement[], frame: Frame, path: Path): readonly Path[] {
  let paths: readonly Path[] = [hoist(statements, frame, path)];
  for (const statement of statements) {
    if (paths.length === 0) break;
    const ends = paths.flatMap((at) => executeOne(statement, frame, fresh(statement, frame, at)));
    // Only of a step it matters which way the code goes; what code holds that makes workflows can be any of what it may.
    paths = frame.listener || ends.length < 2 ? tidy(ends) : [joined(ends)];
  }
  return paths;
}

/** Without the facts that nothing further on asks for. */
function fresh(statement: Statement, frame: Frame, path: Path): Path {
  if (path.facts.length === 0) return path;
  const home = frame.stack.at(-1);
  const facts = path.facts.filter(({ until }) => until.home !== home || until.index >= (statement.start ?? 0));
  return facts.length === path.facts.length ? path : { ...path, facts };
}

function executeOne(statement: Statement, frame: Frame, path: Path): readonly Path[] {
  frame.machine.burn();
  // Whatever stands in `try` may throw: `catch` begins with what was so before each of its statements.
  if (frame.isTried && path.asked === 0) frame.exits.throws.push(path);
  switch (statement.type) {
    case "ExpressionStatement":
      return frame.machine.evaluate(statement.expression, frame, path, "discarded").map((outcome) => outcome.path);
    case "VariableDeclaration":
      return declare(statement, frame, path);
    case "ClassDeclaration":
      return [bindClass(statement, frame, path)];
    case "ExportNamedDeclaration":
      return statement.declaration ? executeOne(statement.declaration, frame, path) : [path];
    case "TSModuleDeclaration":
      return runNamespace(statement, frame, path);
    case "ReturnStatement": {
      const { argument } = statement;
      const outcomes = argument
        ? frame.machine.evaluate(argument, frame, path, frame.returned)
        : [{ value: nothing, path }];
      const isOfStep = frame.stack.length === 1;
      frame.exits.returns.push(
        ...outcomes.map((outcome) => (isOfStep ? { ...outcome, path: { ...outcome.path, left: statement } } : outcome)),
      );
      return [];
    }
    case "ThrowStatement":
      frame.exits.throws.push(
        ...frame.machine.evaluate(statement.argument, frame, path).map((outcome) => outcome.path),
      );
      return [];
    case "IfStatement":
      return executeIf(statement, frame, path);
    case "BlockStatement":
      return frame.machine.execute(statement.body, childScope(frame), path);
    case "SwitchStatement":
      return executeSwitch(statement, frame, path);
    case "TryStatement":
      return executeTry(statement, frame, path);
    case "BreakStatement":
    case "ContinueStatement": {
      const exit = { path, label: statement.label?.name };
      (statement.type === "BreakStatement" ? frame.exits.breaks : frame.exits.continues).push(exit);
      return [];
    }
    case "LabeledStatement":
      return executeLabeled(statement.body, statement.label.name, frame, path);
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return runLoop(statement, frame, path);
    default:
      return [path];
  }
}

function declare(node: VariableDeclaration, frame: Frame, path: Path): readonly Path[] {
  return node.declarations.reduce<readonly Path[]>(
    (paths, { id, init }) => {
      if (!init) return node.kind === "var" ? paths : paths.flatMap((at) => assignTo(id, nothing, frame, at, node));
      return paths.flatMap((at) =>
        frame.machine
          .evaluate(init, frame, at)
          .flatMap(({ path: end, value }) => assignTo(id, value, frame, end, node)),
      );
    },
    [path],
  );
}

function executeIf({ alternate, consequent, test }: IfStatement, frame: Frame, path: Path): readonly Path[] {
  const { no, yes } = frame.machine.decide(test, frame, path);
  return [
    ...tidy(yes).flatMap((at) => executeOne(consequent, frame, at)),
    ...(alternate ? tidy(no).flatMap((at) => executeOne(alternate, frame, at)) : no),
  ];
}

function executeLabeled(body: Statement, label: string, frame: Frame, path: Path): readonly Path[] {
  if (/^(?:For|While|DoWhile)/.test(body.type)) return runLoop(body, frame, path, label);
  const exits = { ...frame.exits, breaks: [] };
  const ends = executeOne(body, { ...frame, exits }, path);
  return [...ends, ...leaving(exits.breaks, label, frame.exits.breaks)];
}

/** Of the ways out by break or continue those meant here; the others go further out. */
function leaving(
  found: readonly { readonly path: Path; readonly label: string | undefined }[],
  label: string | undefined,
  outer: { readonly path: Path; readonly label: string | undefined }[],
): readonly Path[] {
  outer.push(...found.filter((exit) => exit.label !== label));
  return found.filter((exit) => exit.label === label).map((exit) => exit.path);
}

/** One case after the other: each takes the paths of its value, and those that fall through from the one before. */
function executeSwitch({ cases, discriminant }: SwitchStatement, frame: Frame, path: Path): readonly Path[] {
  const scoped = childScope(frame);
  const exits = { ...frame.exits, breaks: [] };
  const inner: Frame = { ...scoped, exits };
  const whole = hoist(
    cases.flatMap(({ consequent }) => consequent),
    inner,
    path,
  );
  const ends = frame.machine.evaluate(discriminant, frame, whole).flatMap((outcome) => {
    let open: readonly { readonly value: Value; readonly path: Path }[] = [outcome];
    const entries = cases.map((): Path[] => []);
    for (const [index, { test }] of cases.entries()) {
      if (!test) continue;
      const next: { readonly value: Value; readonly path: Path }[] = [];
      for (const one of open) {
        const split = splitCase(discriminant, one, test, inner);
        entries[index]?.push(...split.yes);
        next.push(...split.no.map((at) => ({ value: one.value, path: at })));
      }
      open = tidy(next.map((one) => one.path)).map((at) => ({ value: outcome.value, path: at }));
    }
    const rest = open.map((one) => one.path);
    const fallback = cases.findIndex(({ test }) => !test);
    if (fallback >= 0) entries[fallback]?.push(...rest);
    let falling: readonly Path[] = [];
    for (const [index, { consequent }] of cases.entries()) {
      const entered = tidy([...falling, ...(entries[index] ?? [])]);
      falling = entered.flatMap((at) => runPlain(consequent, inner, at));
    }
    return [...falling, ...(fallback >= 0 ? [] : rest)];
  });
  return [...ends, ...leaving(exits.breaks, undefined, frame.exits.breaks)];
}

function splitCase(
  discriminant: SwitchStatement["discriminant"],
  one: { readonly value: Value; readonly path: Path },
  test: SwitchStatement["discriminant"],
  frame: Frame,
) {
  // switch (true): each case is a condition.
  if (one.value.kind === "constant" && one.value.value === true) return frame.machine.decide(test, frame, one.path);
  const [known] = frame.machine.evaluate(test, frame, one.path);
  return decideCase(discriminant, one, known?.value ?? constant(undefined), frame, test);
}

/** Statements of a block whose names are declared already. */
function runPlain(statements: readonly Statement[], frame: Frame, path: Path): readonly Path[] {
  return statements.reduce<readonly Path[]>(
    (paths, statement) => tidy(paths.flatMap((at) => executeOne(statement, frame, at))),
    [path],
  );
}

/** What is thrown in `try` goes to `catch`; `finally` is on every way out. */
function executeTry({ block, finalizer, handler }: TryStatement, frame: Frame, path: Path): readonly Path[] {
  const exits = { returns: [], throws: [], breaks: [], continues: [] } satisfies Frame["exits"];
  const tried: Frame = { ...childScope(frame), exits, isTried: handler ? true : frame.isTried };
  let ends = frame.machine.execute(block.body, tried, path);
  const after: Frame["exits"] = handler
    ? { returns: exits.returns, throws: [], breaks: exits.breaks, continues: exits.continues }
    : exits;
  if (handler) {
    const thrown = tidy([path, ...exits.throws]);
    const caught = thrown.flatMap((at) => {
      const inner: Frame = { ...childScope(frame), exits: after };
      if (handler.param) inner.scope.names.set("name" in handler.param ? handler.param.name : "", frame.machine.next());
      return frame.machine.execute(handler.body.body, inner, at);
    });
    ends = [...ends, ...caught];
  }
  if (!finalizer) return passOn(after, frame, ends);
  const finish = (at: Path): readonly Path[] => frame.machine.execute(finalizer.body, childScope(frame), at);
  for (const exit of after.returns)
    for (const end of finish(exit.path)) frame.exits.returns.push({ ...exit, path: end });
  for (const at of tidy(after.throws)) frame.exits.throws.push(...finish(at));
  // Whatever may throw in between goes through it, too.
  if (!handler) finish(path);
  for (const exit of after.breaks) for (const end of finish(exit.path)) frame.exits.breaks.push({ ...exit, path: end });
  for (const exit of after.continues)
    for (const end of finish(exit.path)) frame.exits.continues.push({ ...exit, path: end });
  return tidy(ends).flatMap(finish);
}

function passOn(from: Frame["exits"], { exits }: Frame, ends: readonly Path[]): readonly Path[] {
  exits.returns.push(...from.returns);
  exits.throws.push(...from.throws);
  exits.breaks.push(...from.breaks);
  exits.continues.push(...from.continues);
  return ends;
}
