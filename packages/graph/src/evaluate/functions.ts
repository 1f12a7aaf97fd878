import type { Node } from "@babel/types";
import { assignTo } from "./assign.ts";
import { canAsk } from "./can-ask.ts";
import { declareAll } from "./declarations.ts";
import { beginGenerator, endGenerator } from "./generators.ts";
import { allocate } from "./heap.ts";
import type { Arguments, Exits, Frame, Outcome, Site, Use } from "./machine.ts";
import { setSlot } from "./names.ts";
import { joined, type Path, tidy } from "./path.ts";
import { quietOutcome } from "./quiet-call.ts";
import type { FunctionNode, Scope } from "./scope.ts";
import { type FunctionValue, list, nothing, type TypeReference, unknown, valueKey } from "./value.ts";

/** Functions inside of functions, and the same one inside of itself, further than that are not followed. */
const DEEPEST = 14;
const MOST_RECURSIONS = 2;

export interface FunctionCall {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
  /** What is said of a call that is not followed. */
  fallback(path: Path): readonly Outcome[];
}

export function noExits(): Exits {
  return { returns: [], throws: [], breaks: [], continues: [] };
}

/** Runs a function of the source with these arguments. */
export function runFunction(
  callee: FunctionValue,
  args: Arguments,
  site: Site,
  call: FunctionCall,
): readonly Outcome[] {
  const { frame, path } = call;
  // While modules run there is nothing to ask, and all that they make is of interest.
  const isQuiet = frame.listener !== undefined && !canAsk([callee, ...args.values], path);
  if (!isQuiet) return follow(callee, args, site, call);
  const mark = frame.machine.next();
  return quietOutcome(follow(callee, args, site, call), path, mark);
}

function follow(callee: FunctionValue, args: Arguments, site: Site, call: FunctionCall): readonly Outcome[] {
  const { frame, path, use } = call;
  const { node } = callee;
  const isTooDeep =
    frame.stack.length > DEEPEST || frame.stack.filter((other) => other === node).length >= MOST_RECURSIONS;
  const isGenerator = node.generator === true;
  if (isTooDeep || (isGenerator && frame.listener !== undefined && canAsk([callee, ...args.values], path))) {
    const isLost = canAsk([callee, ...args.values], path);
    if (isLost) frame.listener?.lost(frame.outermost ?? site, path);
    return call.fallback(isLost ? { ...path, doubtful: true } : path);
  }
  frame.machine.reached.add(node);
  const generator = isGenerator ? beginGenerator(frame, path) : undefined;
  const exits = noExits();
  const scope: Scope = {
    id: frame.machine.next(),
    module: callee.scope.module,
    parent: callee.scope,
    names: new Map(),
  };
  const isAsync = node.async;
  const inner: Frame = {
    ...frame,
    scope,
    exits,
    self: callee.self,
    inherited: callee.inherited,
    detached: frame.detached || (isAsync && use === "discarded"),
    returned: use,
    stack: [...frame.stack, node],
    yields: generator?.yields,
    ...(frame.stack.length > 0 ? { outermost: frame.outermost ?? site } : {}),
  };
  const all: Arguments = { ...args, values: [...(callee.bound ?? []), ...args.values] };
  const entered = bindParameters(callee, all, inner, generator?.path ?? path);
  const outcomes = tidyOutcomes(
    [...entered.flatMap((at) => runBody(node, inner, at)), ...exits.returns],
    frame.listener !== undefined,
  );
  leaveByThrow(exits.throws, isAsync && use === "discarded", frame, outcomes);
  const answered = generator ? endGenerator(generator.yields, outcomes, frame) : outcomes;
  const ends = answered.map(({ path: end, value }) => ({ value, path: settle(end, path, node) }));
  return frame.wanted === undefined ? ends : runWantedInside(node, frame.wanted, ends, inner, call);
}

/** The next of the functions around a call that is wanted, when nothing has called it: as code that is not here would. */
function runWantedInside(
  node: FunctionNode,
  wanted: readonly FunctionNode[],
  ends: readonly Outcome[],
  frame: Frame,
  call: FunctionCall,
): readonly Outcome[] {
  const next = wanted[wanted.indexOf(node) + 1];
  const [end] = ends;
  if (!wanted.includes(node) || next === undefined || end === undefined || frame.machine.reached.has(next)) return ends;
  const path = joined(ends.map((one) => one.path));
  const args: Arguments = { values: next.params.map(() => unknown()), exact: true, nodes: [] };
  const site: Site = { node: next, module: frame.scope.module };
  const callee: FunctionValue = { kind: "function", node: next, scope: frame.scope };
  const run = follow(callee, args, site, { ...call, frame, path });
  const after = joined([path, ...run.map((one) => one.path)]);
  return ends.map(({ value }) => ({ value, path: after }));
}

/** What the caller goes on with: the rest of code that nobody awaits is behind it. */
function settle(end: Path, begin: Path, node: Node): Path {
  return { ...end, late: begin.late, facts: end.facts.filter(({ until }) => until.home !== node) };
}

function leaveByThrow(throws: readonly Path[], isDropped: boolean, frame: Frame, outcomes: readonly Outcome[]): void {
  if (!isDropped || outcomes.length === 0) frame.exits.throws.push(...throws);
}

function tidyOutcomes(outcomes: readonly Outcome[], isOfStep: boolean): readonly Outcome[] {
  if (!isOfStep) return [...Map.groupBy(outcomes, ({ value }) => valueKey(value)).values()].map(joinedOutcome);
  if (outcomes.length < 8) return outcomes;
  const groups = Map.groupBy(outcomes, ({ value }) => value);
  return [...groups].flatMap(([value, same]) => tidy(same.map(({ path }) => path)).map((path) => ({ value, path })));
}

function joinedOutcome(outcomes: readonly Outcome[]): Outcome {
  const [{ value } = { value: nothing }] = outcomes;
  return { value, path: joined(outcomes.map(({ path }) => path)) };
}

function runBody(node: FunctionValue["node"], frame: Frame, path: Path): readonly Outcome[] {
  const { body } = node;
  if (body.type !== "BlockStatement") return frame.machine.evaluate(body, frame, path, frame.returned);
  return frame.machine.execute(body.body, frame, path).map((end) => ({ value: nothing, path: end }));
}

function bindParameters(callee: FunctionValue, args: Arguments, frame: Frame, path: Path): readonly Path[] {
  const { node } = callee;
  let at = declareAll(node, frame, path);
  if (node.type !== "ArrowFunctionExpression") {
    const given = allocate(frame.machine, at, list(args.values, args.exact));
    const slot = frame.machine.next();
    frame.scope.names.set("arguments", slot);
    at = setSlot(slot, given.value, given.path);
  }
  let paths: readonly Path[] = [at];
  for (const [index, parameter] of node.params.entries()) {
    paths = paths.flatMap((now) => {
      if (parameter.type === "RestElement") {
        const rest = allocate(frame.machine, now, list(args.values.slice(index), args.exact));
        return assignTo(parameter.argument, rest.value, frame, rest.path, node);
      }
      const missing = args.exact ? nothing : unknown();
      return assignTo(parameter, args.values[index] ?? missing, frame, now, node);
    });
  }
  return paths;
}

/** The annotation of a function's parameter. */
export function parameterType(callee: FunctionValue, index: number): TypeReference | undefined {
  const parameter = callee.node.params[index];
  const target = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
  if (target === undefined || !("typeAnnotation" in target)) return undefined;
  const annotation = target.typeAnnotation;
  return annotation?.type === "TSTypeAnnotation" ? { node: annotation.typeAnnotation, scope: callee.scope } : undefined;
}
