import type { Target } from "../connection/connect.ts";
import { asTable, printResult } from "../print-result.ts";
import { readCount } from "../read-input.ts";
import { withData } from "./with-data.ts";
import { jsonText, printValue } from "../printable.ts";

/** `stephooks kv get`: exit code 1 when there is nothing. */
export async function getValue(key: string, options: KeyOptions): Promise<void> {
  const value: unknown = await withData(options, (data) => data.get(key, place(options)));
  if (options.json) printResult(options, { key, value }, () => "");
  else if (value !== null) printValue(`${textOfValue(value)}\n`);
  if (value === null) process.exitCode = 1;
}

export interface KeyOptions extends Target {
  readonly keyspace?: string;
}

export interface SetOptions extends KeyOptions {
  readonly ttl?: string;
  readonly text?: true;
}

/** `stephooks kv set`: JSON where it is JSON, else text. */
export async function setValue(key: string, given: string, options: SetOptions): Promise<void> {
  const value = options.text ? given : jsonOrText(given);
  const ttl = options.ttl === undefined ? {} : { ttl: readCount("--ttl", options.ttl, 1, 3_155_760_000) * 1_000 };
  await withData(options, (data) => data.set(key, value, { ...place(options), ...ttl }));
  printResult(options, { key, value }, () => `${key} is set.\n`);
}

/** `stephooks kv del`: exit code 1 when there was nothing. */
export async function deleteValue(key: string, options: KeyOptions): Promise<void> {
  const removed = await withData(options, (data) => data.del(key, place(options)));
  printResult(options, { key, removed: removed !== null }, () =>
    removed ? `${key} is removed.\n` : "There was none.\n",
  );
  if (removed === null) process.exitCode = 1;
}

/** `stephooks kv list`. */
export async function listValues(prefix: string, options: KeyOptions): Promise<void> {
  const entries = await withData(options, (data) => data.getAll(prefix, place(options)).toArray());
  printResult(options, { entries: entries.map(({ key, val }) => ({ key: String(key), value: val })) }, () =>
    entries.length === 0
      ? "There are none.\n"
      : asTable(entries.map(({ key, val }) => [String(key), textOfValue(val)])),
  );
}

function place({ keyspace }: KeyOptions): { readonly keyspace?: string } {
  return keyspace === undefined ? {} : { keyspace };
}

function jsonOrText(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function textOfValue(value: unknown): string {
  return typeof value === "string" ? value : jsonText(value);
}
