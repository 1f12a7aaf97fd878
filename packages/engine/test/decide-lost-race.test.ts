import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { TokenMessage } from "../src/classify-message.ts";
import type { DecisionContext } from "../src/decision.ts";
import { decideLostRace, type LostRaceVerdict } from "../src/decide-lost-race.ts";
import { planStep } from "../src/plan-step.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { context, createMessage, headWith, START } from "./support/bench.ts";

const workflow = defineWorkflow("orders", "", { begin: () => {}, next: () => {} });
const head = headWith({ seq: 5, token: 5, previousToken: 3 });
const current = (changes: Partial<InstanceHead>): InstanceHead => ({ ...head, transactionId: "theirs", ...changes });
/** What somebody else's commit of seq 6 left. */
const moved = current({ seq: 6, token: 6, previousToken: 5, updatedAt: START });

interface Row {
  readonly rule: string;
  readonly current: InstanceHead | undefined;
  readonly message?: TokenMessage;
  readonly stored?: boolean;
  /** More than fit into one update, so the map is replaced. */
  readonly manyKeys?: boolean;
  readonly asked?: { readonly kind: "wait"; readonly timeout?: number };
  readonly at?: Partial<DecisionContext>;
  readonly expected: Partial<LostRaceVerdict>;
}

const rows: readonly Row[] = [
  {
    rule: "R4: what stands there is our own write, its answer got lost",
    current: current({ seq: 6, token: 6, transactionId: "ours" }),
    expected: { kind: "committed" },
  },
  {
    rule: "R4, A15: our own write, and a pause and a patch beside it that whoever goes on must see",
    current: current({ seq: 6, token: 6, transactionId: "ours", pauseId: "p", patchVersion: 3 }),
    expected: {
      kind: "committed",
      head: current({ seq: 6, token: 6, transactionId: "ours", pauseId: "p", patchVersion: 3 }),
    },
  },
  {
    rule: "A3: our own write, but cancelled since: do not go on, repeat the duties",
    current: current({ seq: 6, token: 6, status: "cancelled", transactionId: "ours" }),
    expected: { kind: "repair", reason: "someone moved on since" },
  },
  {
    rule: "A3: our own write, but at a later seq",
    current: current({ seq: 7, transactionId: "ours" }),
    expected: { kind: "repair" },
  },
  {
    rule: "R5: the same token on a live head: somebody else holds it, keep the message",
    current: current({ seq: 6 }),
    expected: { kind: "keep" },
  },
  {
    rule: "R2: a successor was issued: the message is a predecessor now and stays",
    current: moved,
    expected: { kind: "keep", seconds: 60 },
  },
  {
    rule: "R2: as a predecessor at second sight, long after, it repeats the duties",
    current: moved,
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "repair" },
  },
  {
    rule: "R3: two messages were issued since: delete",
    current: current({ seq: 7, token: 7, previousToken: 6 }),
    expected: { kind: "drop" },
  },
  {
    rule: "A2: an end with our token owes nothing",
    current: current({ status: "cancelled" }),
    expected: { kind: "drop", reason: "the instance has ended" },
  },
  {
    rule: "A2: an end that issued a token is insured by this message: keep it",
    current: { ...moved, status: "completed" },
    expected: { kind: "keep" },
  },
  {
    rule: "A2: nobody waits for a message of a blocked instance",
    current: current({ status: "blocked" }),
    expected: { kind: "drop", reason: "the instance is blocked" },
  },
  { rule: "the instance is gone", current: undefined, expected: { kind: "drop", reason: "the instance is gone" } },
  {
    rule: "R7: the caller's put came first: write the same transition onto it",
    current: current({}),
    message: createMessage(),
    stored: false,
    expected: { kind: "replan" },
  },
  {
    rule: "R7: another start took the id: delete",
    current: current({ startId: "start-2" }),
    message: createMessage(),
    stored: false,
    expected: { kind: "drop", reason: "the id belongs to another start" },
  },
  {
    rule: "a patch beside the step stood in the way of replacing the map: merge onto it",
    current: current({ patchVersion: 1 }),
    manyKeys: true,
    expected: { kind: "replan" },
  },
  {
    rule: "nothing that counts has changed: keep the message, its redelivery finds out",
    current: current({}),
    expected: { kind: "keep" },
  },
  {
    rule: "R8: a patch that a waiting step has not seen runs the step again",
    current: current({ patchVersion: 1 }),
    asked: { kind: "wait" },
    expected: { kind: "rerun", head: current({ patchVersion: 1 }) },
  },
  {
    rule: "R8: the caller's put came first, and nobody patched it: the wait stays as it is",
    current: current({}),
    message: createMessage(),
    stored: false,
    asked: { kind: "wait", timeout: 1_000 },
    expected: { kind: "replan" },
  },
  {
    rule: "R8: a patch between the caller's put and the wait runs the step again",
    current: current({ patchVersion: 1 }),
    message: createMessage(),
    stored: false,
    asked: { kind: "wait" },
    expected: { kind: "rerun" },
  },
  {
    rule: "R8: a patched head that also moved is a lost race",
    current: { ...moved, patchVersion: 1 },
    asked: { kind: "wait" },
    expected: { kind: "keep" },
  },
  {
    rule: "A7.3: a command answered first: its own message insures what it issued",
    current: { ...moved, appliedCommands: [{ token: 6, id: "c" }] },
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "drop", reason: "a command's message insures it" },
  },
  {
    rule: "a patched head that also moved is a lost race",
    current: { ...moved, patchVersion: 1 },
    manyKeys: true,
    expected: { kind: "keep" },
  },
];

describe("after the condition of a commit failed", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, row) => {
    const set = new Map(Array.from({ length: row.manyKeys ? 101 : 1 }, (_, index) => [`key${index}`, "1"]));
    const result = {
      outcome: {
        ...(row.asked ?? { kind: "goto", next: "next", delay: 0 }),
        changes: { kind: "keys", set, remove: [] },
      },
      startedAt: START,
      duration: 0,
    } as const;
    const input = { head, workflow, now: START, transactionId: "ours", chance: 0 };
    const transition = planStep(input, result);
    const message = row.message ?? { kind: "wake", instance: head.id, token: 5, dutiesDone: true };
    const race = { message, head, stored: row.stored ?? true, transition, current: row.current };
    expect(decideLostRace(race, context(row.at))).toMatchObject(row.expected);
  });
});
