import { allocate, entriesOf, itemsOf, iterated, pairOf, spreadInto, write, cellOf } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import type { Path } from "./path.ts";
import { callTimer } from "./promises.ts";
import {
  type Cell,
  constant,
  dependence,
  DEPENDS,
  list,
  nothing,
  record,
  unionOf,
  unknown,
  type UnknownValue,
  type Value,
} from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

/** Functions that change nothing and keep nothing. */
const harmless =
  /^(?:console|JSON|Math|Number|String|BigInt|Date|Intl|Buffer|performance|crypto|Symbol|parseInt|parseFloat|isNaN|encodeURIComponent|decodeURIComponent|fetch)(?:\.|$)|^Array\.isArray$|^Object\.(?:is|hasOwn|getOwnPropertyNames)$/;

/** Functions of the language and of Node that are known; undefined for others. */
export function callGlobal(callee: UnknownValue, args: Arguments, site: Site, at: At): readonly Outcome[] | undefined {
  const { path: name } = callee;
  if (name === undefined) return undefined;
  if (name === "createWorkflow" || name === "registerWorkflow") return [createWorkflow(args, site, at)];
  if (name.startsWith("configure ")) return configure(name, args.values, site, at);
  if (/^process\.(?:exit|abort)$/.test(name)) return [];
  const timer = callTimer(name, args, site, at);
  if (timer) return timer;
  if (name.startsWith("Promise.")) return callPromiseFunction(name, args, site, at);
  if (name === "Array") return [allocate(at.frame.machine, at.path, emptyList(args.values))];
  if (name === "Array.from" && args.values[1]) return mapped(args, site, at);
  if (name.startsWith("Object.") || name.startsWith("Array.")) {
    const known = callObjectFunction(name, args, at);
    if (known) return [known];
  }
  if (name === "Reflect.apply") {
    const [called = nothing, self = nothing, given = nothing] = args.values;
    const method: Value = { kind: "method", of: called, name: "apply" };
    return at.frame.machine.call(method, { ...args, values: [self, given] }, site, at.frame, at.path, at.use);
  }
  if (name === "structuredClone") return [{ value: args.values[0] ?? nothing, path: at.path }];
  if (name === "String" && args.values[0]?.kind === "constant")
    return [{ value: constant(String(args.values[0].value)), path: at.path }];
  if (name === "resolve" && !args.values.some((value) => value.kind === "function" || value.kind === "asker")) {
    return [{ value: nothing, path: at.path }];
  }
  if (name === "reject") return rejected(at.frame, at.path);
  return harmless.test(name) && !holdsCode(args) ? [{ value: resultOf(name, args), path: at.path }] : undefined;
}

function holdsCode({ values }: Arguments): boolean {
  return values.some((value) => value.kind === "function" || value.kind === "asker" || value.kind === "union");
}

function resultOf(name: string, args: Arguments): Value {
  const given = args.values.reduce((mask, value) => mask | dependence(value), 0);
  if (/^Math\.random$|^crypto\./.test(name)) return unknown(DEPENDS.chance);
  // What it is asked for may come from the state, what it answers does not.
  if (name === "fetch") return unknown(DEPENDS.outside);
  if (name === "BigInt") return unknown(given, { symbol: "bigint" });
  if (name === "Symbol" || name.startsWith("Symbol.")) return unknown(0, { symbol: "symbol" });
  return unknown(/^(?:Math|JSON|Number|String|Array|Object|parse)/.test(name) ? given : given | DEPENDS.outside);
}

/** A handle whose `configure` leads back to its creation. */
export function createWorkflow(args: Arguments, site: Site, { frame, path }: At): Outcome {
  const { creations } = frame.machine;
  const toConfigure = unknown(0, { path: `configure ${creations.length}` });
  creations.push({ args, site, path, configured: [] });
  return allocate(frame.machine, path, { ...record([["configure", toConfigure]]), rest: unknown() });
}

function configure(
  name: string,
  [value = nothing]: readonly Value[],
  site: Site,
  { frame, path }: At,
): readonly Outcome[] {
  frame.machine.creations[Number(name.slice("configure ".length))]?.configured.push({ value, path, site });
  return [{ value: nothing, path }];
}

const ofPromises: ReadonlySet<string> = new Set(["Promise.all", "Promise.allSettled", "Promise.any", "Promise.race"]);

/** Longer lists are not told item by item. */
const LONGEST = 512;

/** `Array(3)`: so many items of which none is set. */
export function emptyList([length]: readonly Value[]): Cell {
  const count = length?.kind === "constant" ? length.value : undefined;
  const isKnown = typeof count === "number" && Number.isInteger(count) && count >= 0 && count <= LONGEST;
  return isKnown ? list(Array.from({ length: count }, () => nothing)) : list([unknown()], false);
}

/** A promise that fails: whoever awaits it throws, but code that collects such promises, or that is behind it, goes on. */
function rejected({ exits }: Frame, path: Path): readonly Outcome[] {
  exits.throws.push(path);
  return [{ value: unknown(), path: { ...path, doubtful: true } }];
}

/** Promises in a list sleep at the same time; of a race only the first counts. */
function callPromiseFunction(
  name: string,
  args: Arguments,
  site: Site,
  { frame, path, use }: At,
): readonly Outcome[] | undefined {
  const [first = nothing, ...others] = args.values;
  if (name === "Promise.resolve") return [{ value: first, path }];
  if (name === "Promise.try") return frame.machine.call(first, { ...args, values: others }, site, frame, path, use);
  if (name === "Promise.reject") return rejected(frame, path);
  if (!ofPromises.has(name)) return undefined;
  const { items } = itemsOf(first, path);
  const isOne = name === "Promise.race" || name === "Promise.any";
  return [{ value: isOne ? unionOf(items) : name === "Promise.all" ? first : unknown(), path }];
}

function callObjectFunction(name: string, args: Arguments, { frame, path }: At): Outcome | undefined {
  const [first = nothing, ...others] = args.values;
  const { machine } = frame;
  switch (name) {
    case "Object.freeze":
    case "Object.seal":
    case "Object.preventExtensions":
      return { value: first, path };
    case "Object.assign": {
      const target = cellOf(first, path);
      if (target === undefined) return undefined;
      if (first.kind === "object") frame.listener?.changed({ cell: first.id });
      const cell = others.reduce((into, other) => spreadInto(into, other, path), target);
      return { value: first, path: write(path, first, cell) };
    }
    case "Object.defineProperty":
      return defineProperty(args, path);
    case "Object.hasOwn": {
      const own = entriesOf(first, path);
      const [key] = others;
      if (own === undefined || key?.kind !== "constant") return undefined;
      return { value: constant(own.some(([one]) => one === String(key.value))), path };
    }
    case "Object.keys":
    case "Object.values": {
      const entries = entriesOf(first, path);
      const take = (entry: readonly [string, Value]): Value => (name === "Object.keys" ? constant(entry[0]) : entry[1]);
      return allocate(machine, path, entries ? list(entries.map(take)) : list([unknown(dependence(first))], false));
    }
    case "Object.entries":
      return entriesList(entriesOf(first, path), frame, path);
    case "Object.fromEntries":
      return fromEntries(first, frame, path);
    case "Array.of":
      return allocate(machine, path, list(args.values, args.exact));
    case "Array.from": {
      const length = cellOf(first, path)?.props.get("length");
      const { exact, items, path: end } = length ? { ...emptyList([length]), path } : iterated(machine, first, path);
      return allocate(machine, end, list(items, exact));
    }
    default:
      return undefined;
  }
}

/** A property with a value that others see; undefined for other kinds. */
function defineProperty({ values }: Arguments, path: Path): Outcome | undefined {
  const [target = nothing, key, descriptor = nothing] = values;
  const cell = cellOf(target, path);
  const props = cellOf(descriptor, path)?.props;
  const value = props?.get("value");
  const shown = props?.get("enumerable");
  const isPlain = shown?.kind === "constant" && shown.value === true;
  if (cell === undefined || key?.kind !== "constant" || value === undefined || !isPlain) return undefined;
  return {
    value: target,
    path: write(path, target, { ...cell, props: new Map(cell.props).set(String(key.value), value) }),
  };
}

/** `Array.from(items, callback)`. */
function mapped(args: Arguments, site: Site, at: At): readonly Outcome[] | undefined {
  const made = callObjectFunction("Array.from", { ...args, values: args.values.slice(0, 1) }, at);
  if (made === undefined) return undefined;
  const map: Value = { kind: "method", of: made.value, name: "map" };
  const given = { ...args, values: args.values.slice(1) };
  return at.frame.machine.call(map, given, site, at.frame, made.path, at.use);
}

function entriesList(
  entries: readonly (readonly [string, Value])[] | undefined,
  { machine }: Frame,
  path: Path,
): Outcome {
  if (entries === undefined) return allocate(machine, path, list([unknown()], false));
  const pairs: Value[] = [];
  let at = path;
  for (const [key, value] of entries) {
    const pair = pairOf(machine, key, value, at);
    pairs.push(pair.value);
    at = pair.path;
  }
  return allocate(machine, at, list(pairs));
}

function fromEntries(given: Value, { machine }: Frame, begun: Path): Outcome {
  const { exact, items, path } = iterated(machine, given, begun);
  let cell = record();
  for (const item of items) {
    const [key, value] = itemsOf(item, path).items;
    if (!exact || key?.kind !== "constant" || value === undefined)
      cell = { ...cell, rest: unionOf([...(cell.rest ? [cell.rest] : []), value ?? unknown(), unknown()]) };
    else cell = { ...cell, props: new Map(cell.props).set(String(key.value), value) };
  }
  return allocate(machine, path, cell);
}
