import { createHash } from "node:crypto";
import {
  defaultRetryPolicy,
  isRecord,
  parseDuration,
  retryPolicy,
  RETRY_RULE,
  type RetryOptions,
} from "@stephooks/core";
import { type Cron, parseCron } from "@stephooks/cron";
import { assertFunctions, type RouteHandler } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";

/** A registered `app.job`, checked and with its defaults. */
export interface CronDefinition {
  readonly name: string;
  readonly cron: Cron;
  readonly functions: readonly RouteHandler[];
  readonly overlap: "skip" | "allow";
  readonly retry: RetryOptions | undefined;
  readonly attempts: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/** As of a step of a workflow, milliseconds. */
const DEFAULT_TIMEOUT = 50_000;

/** A step's longest less the second in which a run that took too long is ended. */
const MAX_TIMEOUT = 889_000;

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Reads what `app.job` was given: the expression, functions, then perhaps options.
 *
 * @throws CronError, StephooksError `invalid-job`, `invalid-handler`.
 */
export function defineCron(
  expression: unknown,
  args: readonly unknown[],
  isTaken: (name: string) => boolean,
): CronDefinition {
  if (typeof expression !== "string") {
    throw new StephooksError("invalid-job", 'app.job begins with a cron expression, such as app.job("0 9 * * *", fn).');
  }
  const last = args.at(-1);
  const given = args.length > 1 && isRecord(last) ? last : {};
  const functions =
    args.length > 1 && typeof last !== "function" && (isRecord(last) || last === undefined) ? args.slice(0, -1) : args;
  assertFunctions(`app.job("${expression}")`, functions);
  const retry = retryOf(expression, given["retry"]);
  return {
    name: nameOf(expression, given["name"], isTaken),
    cron: parseCron(expression, zoneOf(expression, given["timeZone"])),
    functions,
    overlap: overlapOf(expression, given["overlap"]),
    retry,
    attempts: retry?.maximumAttempts ?? defaultRetryPolicy.maximumAttempts,
    timeout: timeoutOf(expression, given["timeout"] ?? DEFAULT_TIMEOUT),
  };
}

function nameOf(expression: string, given: unknown, isTaken: (name: string) => boolean): string {
  if (given === undefined) return freeName(nameFor(expression), isTaken);
  if (typeof given !== "string" || !NAME.test(given)) {
    throw invalid(expression, "option name is 1 to 64 letters, digits, _, . or -");
  }
  if (!isTaken(given)) return given;
  throw invalid(expression, `option name "${given}" is that of another job`);
}

/** Readable, and the same as long as the expression means the same: `0 9 * * MON-FRI` is `0_9_x_x_MON-FRI`. */
function nameFor(expression: string): string {
  const name = expression
    .trim()
    .toUpperCase()
    .replaceAll(/\s+/g, "_")
    .replaceAll(/[*?]/g, "x")
    .replaceAll("/", "_by_")
    .replaceAll("#", "_nth_")
    .replaceAll(",", ".")
    .replaceAll(/[^A-Za-z0-9_.-]/g, "-");
  // Room for the number that tells jobs of one expression apart.
  return name.length <= 60 ? name : `cron-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** The second job of one expression is `<name>-2`. */
function freeName(name: string, isTaken: (name: string) => boolean): string {
  let candidate = name;
  for (let place = 2; isTaken(candidate); place++) candidate = `${name}-${place}`;
  return candidate;
}

function zoneOf(expression: string, given: unknown): string {
  if (given === undefined) return "UTC";
  if (typeof given === "string") return given;
  throw invalid(expression, 'option timeZone is an IANA name such as "Europe/Berlin"');
}

function overlapOf(expression: string, given: unknown): "skip" | "allow" {
  if (given === undefined) return "skip";
  if (given === "skip" || given === "allow") return given;
  throw invalid(expression, 'option overlap is "skip" or "allow"');
}

function retryOf(expression: string, given: unknown): RetryOptions | undefined {
  if (given === undefined) return undefined;
  if (isRecord(given) && retryPolicy(given, defaultRetryPolicy) !== undefined) return given;
  throw invalid(expression, `option retry ${RETRY_RULE}`);
}

function timeoutOf(expression: string, given: unknown): number {
  const timeout = parseDuration(given);
  if (timeout !== undefined && timeout > 0 && timeout <= MAX_TIMEOUT) return timeout;
  throw invalid(
    expression,
    `option timeout is a duration above 0, at most ${MAX_TIMEOUT} ms (Lambda's 15 minutes less 11 s); longer work is a workflow`,
  );
}

function invalid(expression: string, rule: string): StephooksError {
  return new StephooksError("invalid-job", `Of app.job("${expression.slice(0, 100)}"), ${rule}.`);
}
