import { allocate } from "./heap.ts";
import type { Arguments, Frame, Outcome } from "./machine.ts";
import type { Path } from "./path.ts";
import { constant, list, type Primitive, unknown } from "./value.ts";

/** Methods of texts that change nothing and call nothing back. */
const pure: ReadonlySet<string> = new Set([
  "at",
  "charAt",
  "concat",
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
  "padEnd",
  "padStart",
  "repeat",
  "replace",
  "replaceAll",
  "slice",
  "split",
  "startsWith",
  "substring",
  "toLowerCase",
  "toString",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimStart",
  "valueOf",
]);

/** Longer results are of no use as names. */
const LONGEST = 1_000;

/** A method of a text that is known, with arguments that are; undefined when code is among the arguments. */
export function callText(
  value: Primitive,
  name: string,
  { exact, values }: Arguments,
  { frame, path }: { readonly frame: Frame; readonly path: Path },
): readonly Outcome[] | undefined {
  if (values.some(({ kind }) => kind === "function" || kind === "asker" || kind === "object")) return undefined;
  const given = values.flatMap((one) => (one.kind === "constant" ? [one.value] : []));
  if (!exact || given.length !== values.length || !pure.has(name)) return [{ value: unknown(), path }];
  const result = compute(typeof value === "string" ? value : String(value), name, given);
  if (Array.isArray(result)) return [allocate(frame.machine, path, list(result.map((part) => constant(part))))];
  return [{ value: result === undefined ? unknown() : constant(result), path }];
}

function compute(text: string, name: string, args: readonly Primitive[]): Primitive | string[] {
  const method: unknown = Reflect.get(String.prototype, name);
  if (typeof method !== "function" || (name === "repeat" && Number(args[0]) * text.length > LONGEST)) return undefined;
  try {
    const result: unknown = Reflect.apply(method, text, args);
    if (Array.isArray(result)) return result.map(String);
    return typeof result === "string" || typeof result === "number" || typeof result === "boolean" ? result : undefined;
  } catch {
    // Arguments that the method refuses.
    return undefined;
  }
}
