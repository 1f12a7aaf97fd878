import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isCodedError } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import type { Target } from "../connection/connect.ts";
import { countText } from "../count-text.ts";
import { printResult } from "../print-result.ts";
import { readCount, readObject } from "../read-input.ts";
import { type Data, withData } from "./with-data.ts";
import { jsonRecords } from "./json-records.ts";
import { jsonText, printText } from "../printable.ts";

export interface QueryOptions extends Target {
  readonly where?: string;
  readonly sort?: string;
  readonly fields?: string;
  readonly limit: string;
  readonly offset: string;
  readonly count?: true;
}

export interface ImportOptions extends Target {
  readonly continueOnError?: true;
  readonly replace?: true;
}

export interface ExportOptions extends Target {
  readonly where?: string;
  readonly array?: true;
}

/** Documents that are written at the same time. */
const AT_ONCE = 16;

/** After so many documents the count is told. */
const TOLD_EVERY = 1_000;

/** `stephooks db query`. */
export async function queryDb(collection: string, options: QueryOptions): Promise<void> {
  const where = readObject("--where", options.where);
  if (options.count) {
    const { count } = await withData(options, (data) => data.count(collection, where));
    return printResult(options, { count }, () => `${count}\n`);
  }
  const sort = sortOf(options.sort);
  const fields = options.fields?.split(",").map((field) => field.trim());
  const find = {
    limit: readCount("--limit", options.limit, 0, Number.MAX_SAFE_INTEGER),
    offset: readCount("--offset", options.offset, 0, Number.MAX_SAFE_INTEGER),
    ...(sort === undefined ? {} : { sort }),
    ...(fields === undefined ? {} : { hints: { $fields: Object.fromEntries(fields.map((field) => [field, 1])) } }),
  };
  const documents = await withData(options, (data) => data.findAsArray(collection, where, find));
  printResult(options, { documents }, () =>
    documents.length === 0 ? "There are no such documents.\n" : documents.map((one) => `${jsonText(one)}\n`).join(""),
  );
}

/** `name,-age`: a minus sign in front of a field turns its order round. */
function sortOf(given: string | undefined): Readonly<Record<string, 1 | -1>> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.split(",").map((field) => (field.startsWith("-") ? [field.slice(1), -1] : [field, 1])),
  );
}

interface Rejected {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/**
 * `stephooks db import`. What cannot be taken is told with its line; without `--continue-on-error` nothing after it is
 * read, and the message says up to where everything else was stored.
 */
export async function importDb(collection: string, file: string, options: ImportOptions): Promise<void> {
  const { imported, read, rejected } = await withData(options, (data) => importAll(data, collection, file, options));
  for (const { code, line, message } of rejected) printText(`line ${line}: ${code}: ${message}\n`, process.stderr);
  if (rejected.length > 0 && !options.continueOnError) {
    throw new CliError(
      "some-failed",
      `${imported} documents of ${file} were stored: all up to line ${read} but those named above. Correct these, and import them and what comes after line ${read}; or give --continue-on-error.`,
      { imported },
    );
  }
  printResult(options, { imported, rejected }, () => `Stored ${countText(imported, "document")} in ${collection}.\n`);
  if (rejected.length > 0) process.exitCode = 1;
}

async function importAll(
  data: Data,
  collection: string,
  file: string,
  { continueOnError = false, replace = false }: { readonly continueOnError?: boolean; readonly replace?: boolean },
): Promise<{ readonly imported: number; readonly read: number; readonly rejected: readonly Rejected[] }> {
  const rejected: Rejected[] = [];
  let imported = 0;
  let read = 0;
  let batch: Promise<Rejected | undefined>[] = [];
  const settle = async (): Promise<void> => {
    for (const failure of await Promise.all(batch)) {
      if (failure) rejected.push(failure);
      else if (++imported % TOLD_EVERY === 0) printText(`${imported} documents\n`, process.stderr);
    }
    batch = [];
  };
  const mayGoOn = (): boolean => continueOnError || rejected.length === 0;
  const store = async (line: number, document: Readonly<Record<string, unknown>>): Promise<Rejected | undefined> => {
    const { _id: id } = document;
    const stored =
      replace && typeof id === "string"
        ? data.replaceOne(collection, id, document, { upsert: true })
        : data.insertOne(collection, document);
    // Settled here: a rejection that nobody waits for yet would end the process.
    return stored.then(
      () => undefined,
      (error: unknown) => rejection(line, error),
    );
  };
  for await (const record of jsonRecords(textOf(file))) {
    ({ line: read } = record);
    if (record.ok) batch.push(store(record.line, record.value));
    else rejected.push({ line: record.line, code: "bad-input", message: record.reason });
    if (batch.length >= AT_ONCE || !record.ok) await settle();
    if (!mayGoOn()) break;
  }
  await settle();
  return { imported, read, rejected: rejected.toSorted((a, b) => a.line - b.line) };
}

function rejection(line: number, error: unknown): Rejected {
  const code = isCodedError(error) ? error.code : "failed";
  return { line, code, message: error instanceof Error ? error.message : String(error) };
}

function textOf(file: string): AsyncIterable<string> {
  return file === "-" ? process.stdin.setEncoding("utf8") : readable(file);
}

async function* readable(file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(file, { encoding: "utf8" })) yield String(chunk);
  } catch (cause) {
    throw new CliError(
      "bad-usage",
      `${file} cannot be read: name a file that exists, or - for standard input.`,
      {},
      { cause },
    );
  }
}

/** `stephooks db export`: by `_id`, JSON lines unless `--array`. */
export async function exportDb(collection: string, file: string, options: ExportOptions): Promise<void> {
  const where = readObject("--where", options.where);
  let exported = 0;
  await withData(options, async (data) => {
    async function* lines(): AsyncGenerator<string> {
      if (options.array) yield "[";
      for await (const document of data.find(collection, where)) {
        const text = jsonText(document);
        if (options.array) yield `${exported === 0 ? "\n" : ",\n"}${text}`;
        else yield `${text}\n`;
        if (++exported % TOLD_EVERY === 0) printText(`${exported} documents\n`, process.stderr);
      }
      if (options.array) yield "\n]\n";
    }
    if (file === "-") await pipeline(lines, process.stdout, { end: false });
    else await pipeline(lines, createWriteStream(file));
  });
  // On standard output are the documents.
  if (file === "-") printText(`${countText(exported, "document")}\n`, process.stderr);
  else
    printResult(
      options,
      { exported, file },
      () => `Wrote ${countText(exported, "document")} of ${collection} to ${file}.\n`,
    );
}
