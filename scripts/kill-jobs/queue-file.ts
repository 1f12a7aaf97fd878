import { DatabaseSync } from "node:sqlite";
import { isRecord } from "@stephooks/core";
import type { WaitingJob } from "./judge-jobs.ts";

/*
 * Looks into the SQS emulator's own file: it shares no code with the engine, the adapters or the SDK, and receiving
 * the messages instead would change what is looked at.
 */

/** The jobs that wait in a queue, in the order they were sent. */
export function waitingJobs(dataDir: string, queueUrl: string): readonly WaitingJob[] {
  return rows(dataDir, queueUrl).map(({ body, lane }) => {
    const wire: { readonly t: string; readonly j: string } = JSON.parse(body);
    return { job: wire.j, topic: wire.t, lane };
  });
}

/** Messages in a queue, hidden ones included. */
export function messageCount(dataDir: string, queueUrl: string): number {
  return rows(dataDir, queueUrl).length;
}

function rows(dataDir: string, queueUrl: string): readonly { readonly body: string; readonly lane: string }[] {
  const database = new DatabaseSync(`${dataDir}/sqs/fauxqs.db`, { readOnly: true });
  try {
    const found = database
      .prepare("SELECT body, message_group_id AS lane FROM sqs_messages WHERE queue_name = ? ORDER BY sequence_number")
      .all(queueUrl.split("/").at(-1) ?? "");
    return found.map((row) => {
      if (!isRecord(row)) throw new TypeError("a row is no record");
      return { body: String(row["body"]), lane: String(row["lane"]) };
    });
  } finally {
    database.close();
  }
}
