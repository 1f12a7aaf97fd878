import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { PortError } from "@stephooks/core";
import { portErrorCode, portErrorFrom } from "./sdk-failure.ts";

/** SQS's limit for entries of one batch request. */
export const MAX_BATCH_ENTRIES = 10;

/** What a batch request answers about its entries. */
export interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string | undefined }[] | undefined;
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

/**
 * Sends one batch and settles when every entry was accepted. A batch request succeeds as a whole although entries
 * failed, so the answer is checked entry by entry; entries that failed through no fault of ours are sent once more.
 *
 * @throws PortError naming the first entry's failure.
 */
export async function sendBatch<Entry extends { readonly Id: string }>(
  operation: string,
  entries: readonly Entry[],
  send: (entries: Entry[]) => Promise<BatchAnswer>,
): Promise<void> {
  const first = await sendOnce(operation, entries, send);
  if (first.left.length === 0) return;
  if (first.failed.some((failure) => failure.SenderFault === true)) throw refusal(operation, first);
  const second = await sendOnce(operation, first.left, send);
  if (second.left.length > 0) throw refusal(operation, second);
}

interface Outcome<Entry> {
  readonly left: readonly Entry[];
  readonly failed: readonly BatchResultErrorEntry[];
}

async function sendOnce<Entry extends { readonly Id: string }>(
  operation: string,
  entries: readonly Entry[],
  send: (entries: Entry[]) => Promise<BatchAnswer>,
): Promise<Outcome<Entry>> {
  try {
    const answer = await send([...entries]);
    const accepted = new Set(answer.Successful?.map(({ Id }) => Id));
    return { left: entries.filter(({ Id }) => !accepted.has(Id)), failed: answer.Failed ?? [] };
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}

function refusal(operation: string, outcome: Outcome<unknown>): PortError {
  const failure = outcome.failed.find(({ SenderFault }) => SenderFault === true) ?? outcome.failed[0];
  const name = failure?.Code ?? "Unanswered";
  const message = failure?.Message ?? "the answer does not name the entry";
  return new PortError(
    portErrorCode({ name, message, ...(failure?.SenderFault === true ? { status: 400 } : {}) }),
    `${operation} failed for ${outcome.left.length} entries: ${name}: ${message}`,
    { operation, failure: name, entries: outcome.left.length },
  );
}
