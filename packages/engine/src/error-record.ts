import { type ErrorRecord, isCodedError } from "@stephooks/core";

/** Characters kept: name, message and stack together stay under 8 KB even when each takes three bytes. */
const LIMITS = { name: 100, code: 100, message: 1_000, stack: 1_500 } as const;

/** Whatever was thrown, as a record that can be stored. Never throws itself. */
export function errorRecord(thrown: unknown, place: { step: string; attempt: number; at: number }): ErrorRecord {
  const text = readThrown(thrown);
  return {
    name: text.name.slice(0, LIMITS.name),
    message: text.message.slice(0, LIMITS.message),
    ...(text.stack === undefined ? {} : { stack: text.stack.slice(0, LIMITS.stack) }),
    ...(isCodedError(thrown) ? { code: thrown.code.slice(0, LIMITS.code) } : {}),
    ...place,
  };
}

function readThrown(thrown: unknown): { name: string; message: string; stack?: string } {
  try {
    if (!(thrown instanceof Error)) return { name: "Thrown", message: printed(thrown) };
    const text = { name: printed(thrown.name), message: printed(thrown.message) };
    return thrown.stack === undefined ? text : { ...text, stack: printed(thrown.stack) };
  } catch {
    return { name: "Thrown", message: "a value that cannot be printed" };
  }
}

/** JavaScript throws anything, and lets anybody overwrite an error's message with anything. */
function printed(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? `a ${typeof value}`);
}
