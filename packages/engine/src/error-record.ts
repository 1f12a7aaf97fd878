import { causesOf, type ErrorRecord } from "@stephooks/core";

/** Bytes kept, as JSON: name, code, message and stack together stay under 8 KB. */
const LIMITS = { name: 300, code: 100, message: 3_000, stack: 4_000 } as const;

/** Whatever was thrown, as a record that can be stored. Never throws itself. */
export function errorRecord(thrown: unknown, place: { step: string; attempt: number; at: number }): ErrorRecord {
  const { name, message, stack, code } = readThrown(thrown);
  return {
    name: cut(name, LIMITS.name),
    message: cut(message, LIMITS.message),
    ...(stack === undefined ? {} : { stack: cut(stack, LIMITS.stack) }),
    ...(code === undefined ? {} : { code: cut(code, LIMITS.code) }),
    ...place,
  };
}

/** The start of a text that takes at most `bytes` as JSON, where one character may take six. */
function cut(text: string, bytes: number): string {
  let kept = text.slice(0, bytes);
  while (Buffer.byteLength(JSON.stringify(kept)) > bytes) kept = kept.slice(0, Math.floor(kept.length * 0.9));
  return kept;
}

function readThrown(thrown: unknown): { name: string; message: string; stack?: string; code?: string } {
  try {
    if (!(thrown instanceof Error)) return { name: "Thrown", message: printed(thrown) };
    return {
      name: printed(thrown.name),
      message: printed(thrown.message),
      ...(thrown.stack === undefined ? {} : { stack: printed(thrown.stack) + causesOf(thrown) }),
      ...codeOf(thrown),
    };
  } catch {
    return { name: "Thrown", message: "a value that cannot be printed" };
  }
}

/** The code of our errors, and of an app's own that are made like them: `retry.nonRetryable` may name it. */
function codeOf(thrown: Error): { code?: string } {
  if (!("code" in thrown) || !("details" in thrown)) return {};
  return typeof thrown.code === "string" ? { code: thrown.code } : {};
}

/** JavaScript throws anything, and lets anybody overwrite an error's message with anything. */
function printed(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? `a ${typeof value}`);
}
