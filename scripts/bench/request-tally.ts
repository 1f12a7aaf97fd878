import type { AwsClients } from "@stephooks/aws";
import { isRecord } from "@stephooks/core";

/** Requests as they go out, and the bytes of their bodies, by operation. */
export type RequestTally = Map<string, { requests: number; bytes: number }>;

/** Tallies every attempt of these clients from now on, and changes nothing about it. */
export function tallyRequests({ dynamodb, sqs }: AwsClients): RequestTally {
  const tally: RequestTally = new Map();
  const note = (request: unknown): void => {
    const operation =
      isRecord(request) && isRecord(request["headers"]) ? request["headers"]["x-amz-target"] : undefined;
    const known = tally.get(String(operation)) ?? { requests: 0, bytes: 0 };
    tally.set(String(operation), known);
    known.requests += 1;
    known.bytes += bodyLength(request);
  };
  const place = { step: "finalizeRequest", priority: "low", name: "benchTally" } as const;
  dynamodb.middlewareStack.add((next) => (args) => (note(args.request), next(args)), place);
  sqs.middlewareStack.add((next) => (args) => (note(args.request), next(args)), place);
  return tally;
}

function bodyLength(request: unknown): number {
  const body: unknown = isRecord(request) ? request["body"] : undefined;
  if (typeof body === "string") return Buffer.byteLength(body);
  return typeof body === "object" && body !== null ? Number(Reflect.get(body, "length")) : Number.NaN;
}
