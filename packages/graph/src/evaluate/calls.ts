import type { CallExpression, Expression, NewExpression, Node, OptionalCallExpression } from "@babel/types";
import { callAsync } from "./call-value.ts";
import { createWorkflow, emptyList } from "./globals.ts";
import { instanceOf, runConstructor } from "./classes.ts";
import { callPromise, newPromise } from "./promises.ts";
import { allocate, distinct, itemsOf } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import { isExpression, keyOfMember } from "./member-key.ts";
import { isNullish, promiseMethods, readProperty } from "./members.ts";
import type { Path } from "./path.ts";
import { COMMON_JS, namespaceCell } from "./source-module.ts";
import { CONSTRUCTOR, DEPENDS, list, nothing, unionOf, unknown, type Value } from "./value.ts";

export function evaluateCall(
  node: CallExpression | OptionalCallExpression,
  frame: Frame,
  path: Path,
  use: Use,
): readonly Outcome[] {
  const outcomes = evaluatePlainCall(node, frame, path, use);
  frame.machine.reached.add(node);
  return outcomes;
}

function evaluatePlainCall(
  node: CallExpression | OptionalCallExpression,
  frame: Frame,
  path: Path,
  use: Use,
): readonly Outcome[] {
  const { callee } = node;
  if (callee.type === "Super") return callSuper(node, frame, path);
  if (callee.type === "Import" || callee.type === "V8IntrinsicIdentifier") {
    return argumentsOf(node.arguments, frame, path).map(({ path: at }) => ({ value: unknown(), path: at }));
  }
  if (callee.type === "Identifier" && callee.name === "require") {
    const [first] = node.arguments;
    return [first?.type === "StringLiteral" ? required(first.value, frame, path) : { value: unknown(), path }];
  }
  const isOptional = node.type === "OptionalCallExpression";
  if (callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression") {
    return evaluateMethod(node, callee, frame, path, use, isOptional);
  }
  return frame.machine
    .evaluate(callee, frame, path)
    .flatMap(({ path: at, value }) => callIfThere(value, node, { frame, path: at, use, isOptional, before: path }));
}

type Member = Extract<Node, { type: "MemberExpression" | "OptionalMemberExpression" }>;

function evaluateMethod(
  node: CallExpression | OptionalCallExpression,
  callee: Member,
  frame: Frame,
  path: Path,
  use: Use,
  isOptional: boolean,
): readonly Outcome[] {
  const call = { frame, use, isOptional, before: path };
  if (callee.object.type === "Super") {
    return frame.machine
      .evaluate(callee, frame, path)
      .flatMap((one) => callIfThere(one.value, node, { ...call, path: one.path }));
  }
  // Whoever discards the end of a chain of promises discards the whole chain.
  const isChain = callee.property.type === "Identifier" && promiseMethods.has(callee.property.name);
  return frame.machine
    .evaluate(callee.object, frame, path, isChain ? use : "used")
    .flatMap(({ path: at, value: object }) =>
      keyOfMember(frame, callee, at)
        .flatMap(({ path: keyed, value: key }) => readProperty(object, key, { node: callee, frame, path: keyed }))
        .flatMap(({ path: read, value }) => callIfThere(bindSelf(value, object), node, { ...call, path: read })),
    );
}

function bindSelf(value: Value, self: Value): Value {
  if (value.kind === "union") return unionOf(value.of.map((one) => bindSelf(one, self)));
  return value.kind === "function" && value.self === undefined ? { ...value, self } : value;
}

/** `super(…)` runs the constructor of the class above on the same object. */
function callSuper(node: CallExpression | OptionalCallExpression, frame: Frame, path: Path): readonly Outcome[] {
  const maker = frame.inherited?.get(CONSTRUCTOR);
  const site: Site = { node, module: frame.scope.module };
  return argumentsOf(node.arguments, frame, path).flatMap(({ args, path: at }) =>
    maker?.kind === "function"
      ? runConstructor(maker, args, site, frame, at)
      : callAsync(unknown(), args, site, { frame, path: at, use: "used" }),
  );
}

interface Call {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
  readonly isOptional: boolean;
  /** Before the callee was evaluated. */
  readonly before: Path;
}

function callIfThere(callee: Value, node: CallExpression | OptionalCallExpression, call: Call): readonly Outcome[] {
  const { before, frame, isOptional, path, use } = call;
  const empty = isNullish(callee);
  const skipped: readonly Outcome[] = isOptional && empty !== false ? [{ value: nothing, path }] : [];
  if (isOptional && empty === true) return skipped;
  const site: Site = { node, module: frame.scope.module };
  const called = argumentsOf(node.arguments, frame, path).flatMap(({ args, path: at }) => {
    if (callee.kind === "method" && promiseMethods.has(callee.name)) {
      return callPromise(callee.of, callee.name, args, site, { frame, path: at, before, use });
    }
    return frame.machine.call(callee, args, site, frame, at, use);
  });
  return [...skipped, ...called];
}

/** What a call is given, once for each path. */
function argumentsOf(
  nodes: readonly Node[],
  frame: Frame,
  path: Path,
): readonly { readonly args: Arguments; readonly path: Path }[] {
  let partial: readonly { readonly args: Arguments; readonly path: Path }[] = [
    { args: { values: [], exact: true, nodes }, path },
  ];
  for (const node of nodes) {
    partial = partial.flatMap(({ args, path: at }) => {
      const argument = node.type === "SpreadElement" ? node.argument : node;
      if (!isExpression(argument)) return [{ args, path: at }];
      return frame.machine.evaluate(argument, frame, at).map(({ path: end, value }) => {
        if (node.type !== "SpreadElement") return { args: { ...args, values: [...args.values, value] }, path: end };
        const { exact, items } = itemsOf(value, end);
        return { args: { ...args, values: [...args.values, ...items], exact: args.exact && exact }, path: end };
      });
    });
  }
  return partial;
}

/** What `require` answers. */
export function required(specifier: string, frame: Frame, path: Path): Outcome {
  const file = frame.scope.module.files.get(specifier);
  const module = file === undefined ? undefined : frame.machine.module(file);
  if (module === undefined) return { value: unknown(DEPENDS.outside, { path: specifier.replace(/^node:/, "") }), path };
  const whole = module.exports.get(COMMON_JS);
  return whole ? { value: whole, path } : allocate(frame.machine, path, namespaceCell(module));
}

export function evaluateNew(node: NewExpression, frame: Frame, path: Path, use: Use): readonly Outcome[] {
  const { callee } = node;
  if (!isExpression(callee)) return [{ value: unknown(), path }];
  const outcomes = frame.machine
    .evaluate(callee, frame, path)
    .flatMap(({ path: at, value }) =>
      argumentsOf(node.arguments, frame, at).flatMap(({ args, path: end }) =>
        construct(value, args, node, { frame, path: end, use }),
      ),
    );
  frame.machine.reached.add(node);
  return outcomes;
}

/** The class of codehooks-js, or one of that name in a file that is not here: `new Workflow(name, description, steps, options)`. */
const workflowClass = /^(?:stephooks|codehooks-js|\.{1,2}\/.*)\.Workflow$/;

function construct(
  value: Value,
  args: Arguments,
  node: Expression,
  { frame, path, use }: { readonly frame: Frame; readonly path: Path; readonly use: Use },
): readonly Outcome[] {
  const site: Site = { node, module: frame.scope.module };
  if (value.kind === "class") return instanceOf(value, args, site, frame, path);
  const name = value.kind === "unknown" ? value.path : undefined;
  if (name !== undefined && workflowClass.test(name)) return [createWorkflow(args, site, { frame, path, use })];
  if (name === "Promise") return newPromise(args, site, { frame, path, use });
  if (name === "Map" || name === "Set") return [collection(name, args, frame, path)];
  if (name === "Array") return [allocate(frame.machine, path, emptyList(args.values))];
  if (name === "Date") return [{ value: unknown(DEPENDS.outside, { symbol: "date" }), path }];
  if (name === "Error" || name?.endsWith("Error") || name === "RegExp" || name === "WeakMap") {
    return [{ value: unknown(DEPENDS.outside, { symbol: "opaque" }), path }];
  }
  return callAsync(value, args, site, { frame, path, use });
}

function collection(name: "Map" | "Set", args: Arguments, frame: Frame, path: Path): Outcome {
  const [given] = args.values;
  const { exact, items } = given === undefined ? { exact: true, items: [] } : itemsOf(given, path);
  if (name === "Set") return allocate(frame.machine, path, { ...list(distinct(items), exact), type: "set" });
  const pairs = items.map((item) => itemsOf(item, path).items);
  const values = pairs.map(([, value]) => value ?? unknown());
  const props = new Map(
    pairs.flatMap(([key, value]) => (key?.kind === "constant" && value ? [[String(key.value), value] as const] : [])),
  );
  return allocate(frame.machine, path, { ...list(values, exact), type: "map", props: exact ? props : new Map() });
}
