import { isRecord, type ReceivedMessage } from "@stephooks/core";

/**
 * Which messages of a batch an invocation leaves in the queue, read as an event source mapping with
 * `ReportBatchItemFailures` reads it (AWS documentation, "Handling errors for an SQS event source"): nothing or an
 * empty list means success; an answer that cannot be read, or names an unknown message, fails the whole batch.
 */
export function batchFailures(result: unknown, batch: readonly ReceivedMessage[]): ReadonlySet<string> {
  const all = new Set(batch.map((message) => message.id));
  if (result === null || result === undefined) return new Set();
  if (!isRecord(result)) return all;
  const listed = result["batchItemFailures"];
  if (listed === null || listed === undefined) return new Set();
  if (!Array.isArray(listed)) return all;
  const failed = new Set<string>();
  for (const entry of listed) {
    const id: unknown = isRecord(entry) ? entry["itemIdentifier"] : undefined;
    if (typeof id !== "string" || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
