import { createHash } from "node:crypto";
import { isRecord, type JsonObject, type JsonValue } from "./json-value.ts";
import type { DeadJob, Job } from "./job-queue.ts";
import { queueText } from "./queue-text.ts";

/** Version of the layout. A newer one is put back: another deployment understands it. */
const VERSION = 1;

export type ParsedJob = { readonly ok: true; readonly job: Job } | { readonly ok: false; readonly reason: string };

/** The body as sent. */
export function encodeJob(job: Job): string {
  return queueText(JSON.stringify(toWire(job)));
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

/** The body of a dead job: the job as it was sent, and how it ended. */
export function encodeDeadJob({ attempts, code, diedAt, job, reason }: DeadJob): string {
  return queueText(JSON.stringify({ ...toWire(job), dead: { n: attempts, e: code, r: reason, at: diedAt } }));
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

/** Names one job among all: what a FIFO queue tells repeated sends by. 64 hexadecimal digits. */
export function jobKey({ id, item, topic }: Pick<Job, "id" | "item" | "topic">): string {
  return createHash("sha256")
    .update(JSON.stringify([topic, id, item]))
    .digest("hex");
}

/** Names what is worked on serially: the message group. At most 128 letters and digits, whatever the topic is called. */
export function jobLane(topic: string, slot: number): string {
  return `${createHash("sha256").update(topic).digest("hex").slice(0, 40)}.${slot}`;
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
