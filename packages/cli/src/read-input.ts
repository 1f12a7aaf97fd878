import { readFileSync } from "node:fs";
import { isRecord } from "@stephooks/core";
import { CliError } from "./cli-error.ts";

/**
 * The text an option gives: itself, `@file` for what the file holds, `-` for standard input.
 *
 * @throws CliError `bad-usage` when the file cannot be read.
 */
export function readText(option: string, given: string): string {
  if (given !== "-" && !given.startsWith("@")) return given;
  const file = given === "-" ? 0 : given.slice(1);
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CliError("bad-usage", `${option} ${given} cannot be read: name a file that exists.`, {}, { cause });
  }
}

/** As {@link readText}, of JSON. @throws CliError `bad-usage`. */
function readJson(option: string, given: string): unknown {
  try {
    return JSON.parse(readText(option, given));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      "bad-usage",
      `${option} is no JSON (${reason}): give '{"a":1}', @file.json or -.`,
      {},
      { cause },
    );
  }
}

/** As {@link readJson}, of one object; `{}` when the option is absent. @throws CliError `bad-usage`. */
export function readObject(option: string, given: string | undefined): Readonly<Record<string, unknown>> {
  const value = given === undefined ? {} : readJson(option, given);
  if (isRecord(value)) return value;
  throw new CliError("bad-usage", `${option} is one JSON object, such as '{"total":{"$gt":5}}'.`);
}

/** A whole number in a range. @throws CliError `bad-usage`. */
export function readCount(option: string, given: string, least: number, most: number): number {
  const count = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new CliError("bad-usage", `${option} ${given} is refused: give a whole number from ${least} to ${most}.`);
}
