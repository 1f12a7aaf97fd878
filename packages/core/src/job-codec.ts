import { createHash } from "node:crypto";
import { isRecord, type JsonObject, type JsonValue } from "./json-value.ts";
import { type DeadJob, type Job, MAX_JOB_BYTES } from "./job-queue.ts";
import { PortError } from "./port-error.ts";
import { queueText } from "./queue-text.ts";

/** Version of the layout. A newer one is put back: another deployment understands it. */
const VERSION = 1;

/** What a dead job keeps of its last error, UTF-8 bytes as encoded: with numbers and names less than `MAX_JOB_BYTES` leaves. */
const MAX_CODE_BYTES = 256;
const MAX_REASON_BYTES = 7_500;

export type ParsedJob = { readonly ok: true; readonly job: Job } | { readonly ok: false; readonly reason: string };

/** The body as sent. */
export function encodeJob(job: Job): string {
  return queueText(JSON.stringify(toWire(job)));
}

/**
 * UTF-8 bytes of an encoded job.
 *
 * @throws PortError `too-large` when a queue would not take it, or not with what a dead job says of its end.
 */
export function assertJobSize(body: string): number {
  const bytes = Buffer.byteLength(body);
  if (bytes <= MAX_JOB_BYTES) return bytes;
  throw new PortError(
    "too-large",
    `A job of ${bytes} bytes is refused: at most ${MAX_JOB_BYTES}. Keep large data elsewhere and its key in the payload.`,
    { bytes, limit: MAX_JOB_BYTES },
  );
}

/** Reads a received body; anything unknown is a reason, never an exception. */
export function parseJob(body: string): ParsedJob {
  try {
    const wire: JsonObject = JSON.parse(body);
    return parseWire(wire);
  } catch {
    return refused("the body is not JSON");
  }
}

/** True for what a newer deployment sent: it has its place in the order, although nobody here can read it. */
export function isNewerJob(body: string): boolean {
  try {
    const wire: unknown = JSON.parse(body);
    return isRecord(wire) && typeof wire["v"] === "number" && wire["v"] > VERSION;
  } catch {
    return false;
  }
}

/**
 * The body of a dead job: the job as it was sent, and how it ended. Code and reason are cut so that a queue takes every
 * dead job whose job it took.
 */
export function encodeDeadJob({ attempts, code, diedAt, job, reason }: DeadJob): string {
  const dead = { n: attempts, e: cut(code, MAX_CODE_BYTES), r: cut(reason, MAX_REASON_BYTES), at: diedAt };
  return queueText(JSON.stringify({ ...toWire(job), dead }));
}

/** Undefined for anything that {@link encodeDeadJob} did not make. */
export function parseDeadJob(body: string): DeadJob | undefined {
  const parsed = parseJob(body);
  if (!parsed.ok) return undefined;
  const wire: unknown = JSON.parse(body);
  const dead = isRecord(wire) && isRecord(wire["dead"]) ? wire["dead"] : {};
  const { at, e, n, r } = dead;
  if (typeof at !== "number" || typeof n !== "number" || typeof e !== "string" || typeof r !== "string")
    return undefined;
  return { job: parsed.job, attempts: n, code: e, reason: r, diedAt: at };
}

/** As much of the beginning as `limit` bytes encode. */
function cut(text: string, limit: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    // Without its quotes.
    bytes += Buffer.byteLength(queueText(JSON.stringify(character))) - 2;
    if (bytes > limit) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Names one job among all: what a FIFO queue tells repeated sends by. 64 hexadecimal digits. */
export function jobKey({ id, item, topic }: Pick<Job, "id" | "item" | "topic">): string {
  return createHash("sha256")
    .update(JSON.stringify([topic, id, item]))
    .digest("hex");
}

/**
 * Names one end of a job, so that it is buried once however often that is tried. A job that was put back into its queue
 * and fails once more ends another time. At most 128 letters, digits and punctuation.
 */
export function deathKey({ attempts, diedAt, job }: DeadJob): string {
  return `${jobKey(job)}.${attempts}.${diedAt}`;
}

/** Names what is worked on serially: the message group. At most 128 letters and digits, whatever the topic is called. */
export function jobLane(topic: string, slot: number): string {
  // As JSON: UTF-8 would make all lone surrogates one.
  const name = createHash("sha256").update(JSON.stringify(topic)).digest("hex").slice(0, 40);
  return `${name}.${slot}`;
}

function toWire({ createdAt, id, item, payload, topic }: Job): Readonly<Record<string, JsonValue>> {
  return { v: VERSION, t: topic, j: id, ...(item === id ? {} : { d: item }), c: createdAt, p: payload };
}

function parseWire(wire: JsonObject): ParsedJob {
  if (!isRecord(wire)) return refused("the body is not a JSON object");
  if (wire["v"] !== VERSION) return refused("the version of the job is not known");
  const { c, d, j, p, t } = wire;
  if (typeof t !== "string" || typeof j !== "string" || typeof c !== "number" || p === undefined) {
    return refused("a job needs t, j, c and p");
  }
  if (d !== undefined && typeof d !== "string") return refused("the item in d is no text");
  return { ok: true, job: { id: j, item: d ?? j, topic: t, payload: p, createdAt: c } };
}

function refused(reason: string): ParsedJob {
  return { ok: false, reason };
}
