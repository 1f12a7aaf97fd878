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

/** What went wrong with which entry; empty when every entry was accepted. */
export type EntryFailures = ReadonlyMap<string, PortError>;

/**
 * Sends one batch and answers what became of its entries. A batch request succeeds as a whole although entries failed,
 * so the answer is checked entry by entry; entries that failed through no fault of ours are sent once more. Never
 * rejects: a request that failed as a whole is the failure of each of its entries.
 */
export async function sendBatch<Entry extends { readonly Id: string }>(
  operation: string,
  entries: readonly Entry[],
  send: (entries: Entry[]) => Promise<BatchAnswer>,
): Promise<EntryFailures> {
  const first = await sendBatchOnce(operation, entries, send);
  const again = entries.filter(({ Id }) => first.get(Id)?.isOurs === false);
  const second = again.length === 0 ? new Map<string, EntryFailure>() : await sendBatchOnce(operation, again, send);
  const final = [...[...first].filter(([, { isOurs }]) => isOurs), ...second];
  return new Map(final.map(([id, { error }]) => [id, error]));
}

/** Why one entry was not accepted. */
export interface EntryFailure {
  readonly error: PortError;
  /** Sending the entry again would not help, or the whole request failed after the client's own tries. */
  readonly isOurs: boolean;
}

/** {@link sendBatch} for a sender that decides itself what is sent again. Never rejects. */
export async function sendBatchOnce<Entry extends { readonly Id: string }>(
  operation: string,
  entries: readonly Entry[],
  send: (entries: Entry[]) => Promise<BatchAnswer>,
): Promise<ReadonlyMap<string, EntryFailure>> {
  try {
    const answer = await send([...entries]);
    const accepted = new Set(answer.Successful?.map(({ Id }) => Id));
    const failed = new Map(answer.Failed?.map((failure) => [failure.Id, failure]));
    const left = entries.filter(({ Id }) => !accepted.has(Id));
    return new Map(left.map(({ Id }) => [Id, failureOf(operation, failed.get(Id))]));
  } catch (error) {
    const failure = { error: portErrorFrom(error, operation), isOurs: true };
    return new Map(entries.map(({ Id }) => [Id, failure]));
  }
}

function failureOf(operation: string, failure: BatchResultErrorEntry | undefined): EntryFailure {
  const isOurs = failure?.SenderFault === true;
  const name = failure?.Code ?? "Unanswered";
  const message = failure?.Message ?? "the answer does not name the entry";
  const code = portErrorCode({ name, message, ...(isOurs ? { status: 400 } : {}) });
  const error = new PortError(code, `${operation} failed for an entry: ${name}: ${message}`, {
    operation,
    failure: name,
  });
  return { error, isOurs };
}
