import type { AppManifest, ReceivedMessage } from "@stephooks/core";
import { TestkitError } from "./testkit-error.ts";

/** A message of a queue that the app reads and did not make. */
export interface SourceMessage {
  /** A text as it is, anything else as JSON. */
  readonly body: unknown;
  /** The message's id: the same when a message comes again. `m1`, `m2` … unless given. */
  readonly id?: string;
  /** In a FIFO queue its message group. */
  readonly group?: string;
}

/** The queue that the worker reads. @throws TestkitError `unknown-source`. */
export function sourceArn({ workers = [] }: AppManifest, topic: string): string {
  const arn = workers.find((worker) => worker.topic === topic)?.sourceArn;
  if (arn !== undefined) return arn;
  const names = workers.flatMap((worker) => (worker.sourceArn === undefined ? [] : [worker.topic])).join(", ");
  throw new TestkitError("unknown-source", `No worker "${topic}" has a source. Those that have: ${names || "none"}.`);
}

/** The messages as a first receive hands them out. */
export function received(messages: readonly SourceMessage[]): readonly ReceivedMessage[] {
  return messages.map(({ body, group, id = "" }, index) => ({
    id: id || `m${index + 1}`,
    body: typeof body === "string" ? body : (JSON.stringify(body) ?? ""),
    receipt: `r${index + 1}`,
    receiveCount: 1,
    ...(group === undefined ? {} : { group }),
  }));
}
