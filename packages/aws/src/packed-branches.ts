import {
  type AppliedCommand,
  type BranchResult,
  type EndedPause,
  type ErrorRecord,
  isRecord,
  type Join,
} from "@stephooks/core";
import { packError, readError } from "./packed-attributes.ts";
import { isNumber, isTextList, parseJson } from "./packed-json.ts";

/*
 * What parallel steps, commands and pauses leave in a head, packed as JSON text. Reading gives undefined for anything these
 * functions did not write.
 */

/** `[seq,["step"],tolerated,settleAll]` */
export function packJoin({ seq, settleAll, steps, tolerated }: Join): string {
  return JSON.stringify([seq, steps, tolerated, settleAll]);
}

export function unpackJoin(text: string): Join | undefined {
  const packed = parseJson(text);
  if (!Array.isArray(packed)) return undefined;
  const [seq, steps, tolerated, settleAll]: unknown[] = packed;
  if (!isNumber(seq) || !isTextList(steps) || !isNumber(tolerated) || typeof settleAll !== "boolean") return undefined;
  return { seq, steps, tolerated, settleAll };
}

/** `[next,{"key":"json"},["removed key"],startedAt,duration]`, or the error record of a failure. */
export function packBranchResult(result: BranchResult): string {
  if (result.kind === "failed") return packError(result.error);
  return JSON.stringify([result.next, result.set, result.remove, result.startedAt, result.duration]);
}

export function unpackBranchResult(text: string): BranchResult | undefined {
  const packed = parseJson(text);
  if (Array.isArray(packed)) return readNext(packed);
  const error = readError(packed);
  return error && { kind: "failed", error };
}

function readNext(row: readonly unknown[]): BranchResult | undefined {
  const [next, set, remove, startedAt, duration] = row;
  if (!isNext(next) || !isTextRecord(set) || !isTextList(remove)) return undefined;
  if (!isNumber(startedAt) || !isNumber(duration)) return undefined;
  return { kind: "next", next, set, remove, startedAt, duration };
}

function isNext(value: unknown): value is string | readonly string[] | null {
  return value === null || typeof value === "string" || isTextList(value);
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((member) => typeof member === "string");
}

/** The records as they are. */
export function packErrors(errors: readonly ErrorRecord[]): string {
  return JSON.stringify(errors);
}

export function unpackErrors(text: string): readonly ErrorRecord[] | undefined {
  const packed = parseJson(text);
  if (!Array.isArray(packed)) return undefined;
  const errors: ErrorRecord[] = [];
  for (const row of packed) {
    const error = readError(row);
    if (error === undefined) return undefined;
    errors.push(error);
  }
  return errors;
}

export function packTexts(texts: readonly string[]): string {
  return JSON.stringify(texts);
}

export function unpackTexts(text: string): readonly string[] | undefined {
  const packed = parseJson(text);
  return isTextList(packed) ? packed : undefined;
}

/** `[[token,"id"]]`, oldest first. */
export function packCommands(commands: readonly AppliedCommand[]): string {
  return JSON.stringify(commands.map(({ id, token }) => [token, id]));
}

export function unpackCommands(text: string): readonly AppliedCommand[] | undefined {
  const packed = parseJson(text);
  if (!Array.isArray(packed)) return undefined;
  const commands = packed.map(unpackCommand);
  return commands.every((command) => command !== undefined) ? commands : undefined;
}

function unpackCommand(packed: unknown): AppliedCommand | undefined {
  if (!Array.isArray(packed)) return undefined;
  const [token, id]: unknown[] = packed;
  return isNumber(token) && typeof id === "string" ? { token, id } : undefined;
}

/** `[["id",held token]]`, oldest first; `[["id"]]` for a pause that held nothing. */
export function packEndedPauses(pauses: readonly EndedPause[]): string {
  return JSON.stringify(pauses.map(({ heldToken, id }) => (heldToken === undefined ? [id] : [id, heldToken])));
}

export function unpackEndedPauses(text: string): readonly EndedPause[] | undefined {
  const packed = parseJson(text);
  if (!Array.isArray(packed)) return undefined;
  const pauses = packed.map(unpackEndedPause);
  return pauses.every((pause) => pause !== undefined) ? pauses : undefined;
}

function unpackEndedPause(packed: unknown): EndedPause | undefined {
  if (!Array.isArray(packed)) return undefined;
  const [id, heldToken]: unknown[] = packed;
  if (typeof id !== "string") return undefined;
  if (heldToken === undefined) return { id };
  return isNumber(heldToken) ? { id, heldToken } : undefined;
}
