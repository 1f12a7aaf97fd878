import * as fc from "fast-check";
import type { ReceiptPick } from "./queue-commands.ts";

/*
 * Random calls of both sides of a job queue. Time stands still, as in the queue's commands. A number names a job and its
 * lane, so that a repeated number is a repeated job.
 */

export type JobCommand =
  | { readonly call: "send"; readonly numbers: readonly number[] }
  /** Receives until nothing shows any more, `maximum` messages at a time. */
  | { readonly call: "receive"; readonly maximum: number }
  | { readonly call: "postpone"; readonly receipt: ReceiptPick; readonly seconds: number }
  | { readonly call: "remove"; readonly receipts: readonly ReceiptPick[] }
  | { readonly call: "bury"; readonly number: number; readonly diedAt: number };

/** Longer than any run. */
const NEVER = 900;

const plain = { noNullPrototype: true } as const;
const pick: fc.Arbitrary<ReceiptPick> = fc.record(
  { message: fc.nat(30), isNewest: fc.nat(5).map((chance) => chance > 0) },
  plain,
);
const number = fc.nat(120);

/** Any call. */
export const jobCommand: fc.Arbitrary<JobCommand> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ call: fc.constant("send" as const), numbers: fc.array(number, { maxLength: 25 }) }, plain),
  },
  {
    weight: 9,
    arbitrary: fc.record({ call: fc.constant("receive" as const), maximum: fc.integer({ min: 1, max: 10 }) }, plain),
  },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant("receive" as const), maximum: fc.constantFrom(0, 11, -1) }, plain),
  },
  {
    weight: 12,
    arbitrary: fc.record(
      {
        call: fc.constant("postpone" as const),
        receipt: pick,
        seconds: fc.oneof(
          { weight: 12, arbitrary: fc.constant(0) },
          { weight: 2, arbitrary: fc.constantFrom(NEVER, 43_000) },
          fc.constantFrom(-1, 43_201, 0.5),
        ),
      },
      plain,
    ),
  },
  {
    weight: 9,
    arbitrary: fc.record({ call: fc.constant("remove" as const), receipts: fc.array(pick, { maxLength: 12 }) }, plain),
  },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constant("bury" as const), number: fc.nat(9), diedAt: fc.nat(2) }, plain),
  },
);
