import { encodeState, type HeadStatus, type InstanceHead, type InstanceStatus } from "@stephooks/core";
import { expect, test } from "vitest";
import { inspectInstance } from "../src/inspect-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { headWith, START } from "./support/bench.ts";

const definitions = new Map([["orders", defineWorkflow("orders", "", { begin: () => {} })]]);
const error = { name: "Error", message: "x", step: "begin", attempt: 1, at: START };

test("a running instance is shown with its state, times and history", () => {
  const history = [{ seq: 1, step: "begin", attempt: 1, outcome: "goto", startedAt: START, duration: 5 }] as const;
  const head = headWith({ seq: 1, updatedAt: START + 1_000, state: encodeState({ total: 5 }).entries, history });
  expect(inspectInstance(head, definitions, START)).toEqual({
    id: "order-1",
    workflow: "orders",
    status: "running",
    step: "begin",
    attempt: 1,
    transitions: 1,
    state: { total: 5 },
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:01.000Z",
    history,
  });
});

test.each<readonly [HeadStatus, InstanceStatus]>([
  ["runnable", "running"],
  ["timer", "running"],
  ["joining", "running"],
  ["waiting", "waiting"],
  ["blocked", "blocked"],
  ["completed", "completed"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
])("an instance stored as %s is shown as %s", (status, shown) => {
  expect(inspectInstance(headWith({ status }), definitions, START).status).toBe(shown);
});

test("a runnable instance whose step this deployment does not know is blocked, and says by what", () => {
  expect(inspectInstance(headWith({ step: "gone" }), definitions, START)).toMatchObject({
    status: "blocked",
    blockedBy: 'no step "gone" in workflow "orders" of this deployment',
  });
  expect(inspectInstance(headWith({ step: "gone", status: "completed" }), definitions, START)).not.toHaveProperty(
    "blockedBy",
  );
});

test.each<readonly [string, Partial<InstanceHead>, object]>([
  [
    "a pending retry shows when it may begin",
    { error, readyAt: START + 2_000 },
    { nextAttemptAt: "2026-01-01T00:00:02.000Z", lastError: error },
  ],
  ["a failed instance shows why", { error, status: "failed", readyAt: START + 2_000 }, { error, lastError: error }],
  ["a completed instance shows its newest failed attempt", { error, status: "completed" }, { lastError: error }],
  ["a failed instance without a record shows none", { status: "failed" }, {}],
])("%s", (_what, changes, expected) => {
  const { nextAttemptAt, error: shown, lastError } = inspectInstance(headWith(changes), definitions, START);
  expect(JSON.parse(JSON.stringify({ nextAttemptAt, error: shown, lastError }))).toEqual(expected);
});
