import * as fc from "fast-check";

/*
 * Random calls of both sides of a queue. Time stands still: a message shows, is hidden for longer than the run, or is
 * postponed to now; what delays and timeouts do with time is in the contract suite.
 */

export type QueueCommand =
  | { readonly call: "send"; readonly delays: readonly number[] }
  /** Receives until nothing shows any more, `maximum` messages at a time. */
  | { readonly call: "receive"; readonly maximum: number }
  | { readonly call: "postpone"; readonly receipt: ReceiptPick; readonly seconds: number }
  | { readonly call: "remove"; readonly receipts: readonly ReceiptPick[] }
  | { readonly call: "backlog" }
  /** Receives all dead letters and removes them. */
  | { readonly call: "drain" };

/** One of the messages that have been received, and which of its receipts. */
export interface ReceiptPick {
  readonly message: number;
  readonly isNewest: boolean;
}

/** Longer than any run. */
const NEVER = 900;

const plain = { noNullPrototype: true } as const;
const often = (weight: number) => fc.nat(weight).map((chance) => chance > 0);
const pick: fc.Arbitrary<ReceiptPick> = fc.record({ message: fc.nat(30), isNewest: often(5) }, plain);
const delay = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constant(NEVER));
const delays = fc.array(delay, { maxLength: 12 });

/** Any call. */
export const queueCommand: fc.Arbitrary<QueueCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ call: fc.constant("send" as const), delays }, plain) },
  {
    weight: 1,
    arbitrary: fc.record(
      { call: fc.constant("send" as const), delays: fc.constantFrom([0, 901], [-1], [1.5], [0, Number.NaN]) },
      plain,
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({ call: fc.constant("receive" as const), maximum: fc.integer({ min: 1, max: 10 }) }, plain),
  },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant("receive" as const), maximum: fc.constantFrom(0, 11, -1) }, plain),
  },
  {
    weight: 20,
    arbitrary: fc.record(
      {
        call: fc.constant("postpone" as const),
        receipt: pick,
        seconds: fc.oneof(
          { weight: 12, arbitrary: fc.constant(0) },
          { weight: 3, arbitrary: fc.constantFrom(NEVER, 43_000) },
          fc.constantFrom(-1, 43_201, 0.5),
        ),
      },
      plain,
    ),
  },
  {
    weight: 5,
    arbitrary: fc.record({ call: fc.constant("remove" as const), receipts: fc.array(pick, { maxLength: 12 }) }, plain),
  },
  { weight: 3, arbitrary: fc.record({ call: fc.constant("backlog" as const) }, plain) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant("drain" as const) }, plain) },
);
