import { isRecord } from "@stephooks/core";
import type { EventRecord } from "./event-record.ts";
import { httpApiEvent } from "./http-api-event.ts";
import type { HttpEvent } from "./http-event.ts";
import { loadBalancerEvent } from "./load-balancer-event.ts";
import { restApiEvent } from "./rest-api-event.ts";
import { parseSqsBatch, type SqsBatch } from "./sqs-batch.ts";
import { unknownEvent } from "./unknown-event.ts";

/** A batch of SQS messages as a Lambda event brought it. */
export interface SqsEvent {
  readonly kind: "sqs";
  readonly batch: SqsBatch;
}

/** The minute's pass of the sweeper, as the schedule of the template sends it. */
export interface SweepEvent {
  readonly kind: "sweep";
  /** The minute it was scheduled for, epoch milliseconds. */
  readonly scheduledAt: number;
}

/** Everything an app's function is invoked with. */
export type LambdaEvent = HttpEvent | SqsEvent | SweepEvent;

/**
 * Tells by its shape what invoked the function, before any router sees it: a router would answer an SQS batch with a
 * 404, which Lambda takes for success and deletes the batch.
 *
 * @throws AwsError `unknown-event` for anything but the shapes of {@link LambdaEvent}; `bad-event` for an SQS batch that
 * must fail as a whole (see {@link parseSqsBatch}).
 */
export function recogniseLambdaEvent(event: unknown): LambdaEvent {
  if (!isRecord(event)) throw unknownEvent(event);
  const records = event["Records"];
  if (Array.isArray(records)) {
    if (!isSqs(records)) throw unknownEvent(event);
    return { kind: "sqs", batch: parseSqsBatch(records) };
  }
  const scheduledAt = readSweep(event);
  if (scheduledAt !== undefined) return { kind: "sweep", scheduledAt };
  const http = isAuthorizer(event)
    ? undefined
    : (httpApiEvent(event) ?? loadBalancerEvent(event) ?? restApiEvent(event));
  if (http === undefined) throw unknownEvent(event);
  return http;
}

function isSqs(records: readonly unknown[]): boolean {
  return records.length > 0 && records.every((record) => isRecord(record) && record["eventSource"] === "aws:sqs");
}

/** A Lambda authorizer's request looks like the request itself but wants a policy, not a response. */
function isAuthorizer(event: EventRecord): boolean {
  return Object.hasOwn(event, "methodArn") || Object.hasOwn(event, "routeArn");
}

/** `{ "stephooks": "sweep", "scheduledAt": "<ISO 8601>" }` */
function readSweep({ scheduledAt, stephooks }: EventRecord): number | undefined {
  const time = stephooks === "sweep" && typeof scheduledAt === "string" ? Date.parse(scheduledAt) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
