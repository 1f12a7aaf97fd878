import { defaultRetryPolicy, hasEnded, type HeadStatus, type InstanceHead, parseDuration } from "@stephooks/core";
import { type FanOut, joined, type JoinInModel } from "./expected-join.ts";
import { changedKeys, sameKeys } from "./given.ts";
import { isTooLarge } from "./large-state.ts";
import { type ModelContext, type Patch, patched } from "./patches.ts";
import { askedBy, type Keys, type Shape, stepOfShape } from "./shape.ts";

/** Where an instance stands in the model. */
export interface Standing {
  readonly id: string;
  readonly shape: Shape;
  readonly status: HeadStatus;
  readonly step: string;
  readonly attempt: number;
  readonly values: Keys;
  readonly join: JoinInModel | undefined;
  readonly patches: readonly Patch[];
  readonly retriedFrom: ReadonlySet<string>;
}

/** What the next commit must make of it. Times in milliseconds. */
export interface Expected {
  /** What kind of transition it is. */
  readonly move: string;
  readonly status: HeadStatus;
  readonly step: string;
  readonly attempt: number;
  readonly set: Keys;
  /** The whole state after a command; absent when only `set` counts. */
  readonly whole?: Keys;
  /** How many visits it begins. */
  readonly visits: 0 | 1;
  readonly branches?: FanOut;
  readonly dueAfter?: number;
  readonly readyAfter?: readonly [low: number, high: number];
  readonly byCommand?: boolean;
}

/** Delays beyond this are timers. */
const LONGEST_DELAY = 900_000;

/** A wake may run this much early. */
const EARLY = 1_000;

/** I16: how late a wait may fire when nothing goes wrong. */
const LATE = 120_000;

/** What a commit may do here: what it must be, or a complaint. */
export function expectedMove(
  from: Standing,
  before: InstanceHead,
  after: InstanceHead,
  context: ModelContext,
): Expected | string {
  if (isNewError(before, after, "instance-timeout")) return expired(from, before, context);
  if (after.status === "blocked") return blocked(from, context);
  switch (from.status) {
    case "runnable":
    case "timer":
      return (
        crashLoop(from, before, after, context) ?? stepTimeout(from, before, after) ?? fromBody(from, before, context)
      );
    case "waiting":
      return isAnswered(before, after) ? answered(from, after) : timedOut(from, before, context);
    case "joining":
      return fromJoin(from);
    case "failed":
      return isAnswered(before, after) ? answered(from, after) : `I7: ${from.id} went on after its failure`;
    case "blocked":
      // The step has not begun: its visit and its attempt are the same.
      if (!isAnswered(before, after)) return `I2: ${from.id} was blocked and went on by itself`;
      return { ...standing(from), move: "unblocked", status: "runnable", byCommand: true };
    case "completed":
    case "cancelled":
      return `I7: ${from.id} was ${from.status} and went on`;
  }
}

function fromBody(from: Standing, before: InstanceHead, context: ModelContext): Expected | string {
  const { attempt, id, shape, step } = from;
  const given = context.given(id);
  if (given === undefined) return `I2: ${id} committed ${step} #${attempt} and nobody ran it`;
  const asked = askedBy(step, stepOfShape(shape, step), given.keys, attempt);
  if (asked.kind === "throw") {
    return attempt < defaultRetryPolicy.maximumAttempts ? again(from) : giveUp(from);
  }
  const set = changedKeys(asked.set, given.keys);
  // Whatever its attempt: the next one would hand over as much.
  if (isTooLarge({ ...given.keys, ...set })) return giveUp(from, "too large");
  switch (asked.kind) {
    case "goto":
      if (asked.next !== null) return enter(asked.next, set, asked.delay);
      return { move: "end", status: "completed", step, attempt, set, visits: 0 };
    case "fan-out":
      return { move: "fan-out", status: "joining", step, attempt: 1, set, visits: 1, branches: asked };
    case "wait": {
      // R9: a token has answered this visit; its answer may have been taken away since, and the step asks again.
      if (before.answeredVisit === before.visit) {
        return { move: "wait answered early", status: "runnable", step, attempt: 1, set, visits: 1 };
      }
      if (!sameKeys(given.keys, from.values)) return `R8: ${id} waits at ${step} and has not seen what was patched`;
      const dueAfter = asked.timeout === undefined ? {} : { dueAfter: asked.timeout };
      return { move: "wait", status: "waiting", step, attempt, set, visits: 0, ...dueAfter };
    }
  }
}

function enter(step: string, set: Keys, delay: number, move = "goto"): Expected {
  const status = delay > LONGEST_DELAY ? "timer" : "runnable";
  const how = delay === 0 ? move : status === "timer" ? `${move} after a long delay` : `${move} after a delay`;
  return { move: how, status, step, attempt: 1, set, visits: 1, readyAfter: [delay, delay] };
}

function again({ attempt, shape, step }: Standing): Expected {
  const retry = shape.options.retry ?? {};
  const first = parseDuration(retry.initialInterval) ?? defaultRetryPolicy.initialInterval;
  const most = parseDuration(retry.maximumInterval) ?? defaultRetryPolicy.maximumInterval;
  const pause = Math.min(most, first * 2 ** (attempt - 1));
  const status = pause > LONGEST_DELAY ? "timer" : "runnable";
  const readyAfter = [pause * (1 - (retry.jitter ?? 0)), pause] as const;
  const move = status === "timer" ? "retry after a long delay" : "retry";
  return { move, status, step, attempt: attempt + 1, set: {}, visits: 0, readyAfter };
}

function giveUp({ attempt, shape, step }: Standing, move = "failure"): Expected {
  const { onError } = shape.options;
  if (onError !== undefined && step !== onError) return enter(onError, {}, 0, `${move} to the error step`);
  return { move, status: "failed", step, attempt, set: {}, visits: 0 };
}

/** I23: what was begun five times without a commit may be failed for it. */
function crashLoop(
  from: Standing,
  before: InstanceHead,
  after: InstanceHead,
  context: ModelContext,
): Expected | string | undefined {
  if (isNewError(before, after, "crash-loop")) return context.deaths(from.id) ?? giveUp(from, "crash loop");
  if (isNewError(before, after, "dead-letter")) return context.deaths(from.id) ?? giveUp(from, "dead letter");
  return undefined;
}

/** A body whose process stood still for longer than its step's timeout has failed its attempt. */
function stepTimeout(from: Standing, before: InstanceHead, after: InstanceHead): Expected | undefined {
  if (!isNewError(before, after, "step-timeout")) return undefined;
  return { ...(from.attempt < defaultRetryPolicy.maximumAttempts ? again(from) : giveUp(from)), move: "step timeout" };
}

/** A command was applied: the step runs again, with what the command set. */
function answered(
  { id, patches, retriedFrom, status, step: stoodAt, values }: Standing,
  after: InstanceHead,
): Expected | string {
  const whole = patched(values, after, patches);
  if (whole === undefined) return `I12: a command changed ${id} in a way that nobody asked for`;
  const step = status === "failed" && retriedFrom.has(after.step) ? after.step : stoodAt;
  const retried = step === stoodAt ? "retried by an operator" : "retried from another step";
  const move = status === "failed" ? retried : "answered";
  return { move, status: "runnable", step, attempt: 1, set: {}, whole, visits: 1, byCommand: true };
}

function timedOut({ id, shape, step }: Standing, { dueAt }: InstanceHead, context: ModelContext): Expected | string {
  const { calm, now, skew } = context;
  if (dueAt === undefined) return `I16: ${id} stopped to wait without an answer, and its wait has no end`;
  if (now < dueAt - EARLY - skew) return `I16: the wait of ${id} ended ${dueAt - now} ms too early`;
  if (calm && now > dueAt + LATE) return `I16: the wait of ${id} ended ${now - dueAt} ms too late`;
  const waiting = stepOfShape(shape, step);
  const onTimeout = waiting.kind === "hold" ? waiting.onTimeout : undefined;
  if (onTimeout !== undefined) return enter(onTimeout, {}, 0, "wait timed out to another step");
  return { move: "wait timed out", status: "runnable", step, attempt: 1, set: {}, visits: 1 };
}

function fromJoin(from: Standing): Expected | string {
  const { attempt, id, join, step } = from;
  const result = join && joined(join);
  if (join === undefined || result === undefined) return `I13: ${id} joined before its branches had reported`;
  if (result.kind === "failed") return giveUp(from, "failed join");
  const { next, set } = result;
  if (isTooLarge({ ...from.values, ...set })) return giveUp(from, "too large at the join");
  if (next === null) return { move: "join to the end", status: "completed", step, attempt, set, visits: 0 };
  const isTolerant = [...join.results.values()].some(({ kind }) => kind === "failed");
  if (typeof next === "string") return enter(next, set, 0, isTolerant ? "join in spite of failures" : "join");
  const branches = { branches: next, settleAll: false };
  return { move: "join to a fan-out", status: "joining", step, attempt: 1, set, visits: 1, branches };
}

/** An instance may not outlive its time. */
function expired(from: Standing, { deadline }: InstanceHead, { now, skew }: ModelContext): Expected | string {
  const { id, status } = from;
  if (hasEnded(status)) return `I7: ${id} was ${status} and expired`;
  if (deadline === undefined || now < deadline - EARLY - skew) return `I16: ${id} expired before its time`;
  return { ...standing(from), move: "lifetime over", status: "failed" };
}

/** What no deployment knows for long is put aside. */
function blocked(from: Standing, { isUnknown }: ModelContext): Expected | string {
  const isRunnable = from.status === "runnable" || from.status === "timer";
  if (!isUnknown(from.shape.name, from.step) || !isRunnable) return `I2: ${from.id} was blocked, but its step is known`;
  return { ...standing(from), move: "blocked", status: "blocked" };
}

/** A transition that leaves everything but the status as it is. */
function standing({ attempt, step }: Standing): Omit<Expected, "move" | "status"> {
  return { step, attempt, set: {}, visits: 0 };
}

function isNewError(before: InstanceHead, after: InstanceHead, code: string): boolean {
  return after.error?.code === code && (before.error?.code !== code || before.error.at !== after.error.at);
}

function isAnswered(before: InstanceHead, after: InstanceHead): boolean {
  const newest = after.appliedCommands?.at(-1);
  return newest !== undefined && newest.id !== before.appliedCommands?.at(-1)?.id;
}
