import { listPrices } from "@stephooks/aws/resources";
import type { RequestCounts } from "@stephooks/local";

export interface Work {
  readonly transitions: number;
  /** Batches the worker was invoked with. */
  readonly invocations: number;
}

/** What the run cost in requests, and what a million transitions of this kind cost at list price. */
export function costReport(
  { worker, http }: { readonly worker: RequestCounts; readonly http: RequestCounts },
  { transitions, invocations }: Work,
): readonly string[] {
  const requests = (operation: string): number =>
    (worker.operations[operation] ?? 0) + (http.operations[operation] ?? 0);
  const writes = worker.writeUnits + http.writeUnits;
  // The HTTP process reads only because the table above asks it for every instance again and again.
  const reads = worker.readUnits;
  const sends = requests("SendMessageBatch");
  const deletes = requests("DeleteMessageBatch");
  const { perMillion } = listPrices;
  const dollars =
    (writes * perMillion.dynamodbWriteUnits +
      reads * perMillion.dynamodbReadUnits +
      (sends + invocations + deletes) * perMillion.sqsStandardRequests +
      invocations * perMillion.lambdaRequests) /
    transitions;
  const each = (count: number): string => `${count} (${(count / transitions).toFixed(2)} a transition)`;
  return [
    `DynamoDB, as the emulator reports it: ${each(writes)} write units, ${each(reads)} read units`,
    "  (one write unit a transition; an instance's start and end also move its entries in the two indexes)",
    `SQS requests: ${sends} sends, ${invocations} receives with messages, ${deletes} deletes`,
    `at list price (${listPrices.region}, ${listPrices.readOn}): $${dollars.toFixed(2)} per million transitions, starts included.`,
    "Lambda's compute time and receives that found nothing come on top; fuller batches cost less.",
  ];
}
