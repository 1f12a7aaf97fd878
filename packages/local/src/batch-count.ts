import type { ReceivedMessage } from "@stephooks/core";

/** What a worker process has received and has in hand. */
export interface BatchCount {
  /** Counts a batch; the returned function says that it is done with. */
  begin(batch: readonly ReceivedMessage[]): () => void;
  totals(): { readonly messages: number; readonly batches: number };
  /** Batches that are not done with, and the latest receipts it was given. */
  inHand(): { readonly running: number; readonly receipts: readonly string[] };
}

/** Receipts that are remembered: more than are ever in flight at once. */
const REMEMBERED = 10_000;

export function countBatches(): BatchCount {
  let [messages, batches, running] = [0, 0, 0];
  let receipts: readonly string[] = [];
  return {
    begin: (batch) => {
      messages += batch.length;
      batches += 1;
      running += 1;
      receipts = [...receipts, ...batch.map(({ receipt }) => receipt)].slice(-REMEMBERED);
      return () => (running -= 1);
    },
    totals: () => ({ messages, batches }),
    inHand: () => ({ running, receipts }),
  };
}
