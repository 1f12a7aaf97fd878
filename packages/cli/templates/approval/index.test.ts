import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";

async function begun() {
  const world = testApp(handler);
  const { body } = await world.request("POST", "/requests", { body: { what: "a desk", by: "ada" } });
  await world.settle();
  return { world, id: (body as { id: string }).id };
}

test("an approval ends the wait", async () => {
  const { id, world } = await begun();
  assert.equal((await world.instance(id)).status, "waiting");
  await world.request("POST", `/requests/${id}/answer`, { body: { approved: true, approver: "grace" } });
  await world.settle();
  const { state, status } = await world.instance(id);
  assert.deepEqual([status, state["outcome"], state["approver"]], ["completed", "approved", "grace"]);
});

test("without an answer it reminds twice and gives up after six days", async () => {
  const { id, world } = await begun();
  await world.advance("6d");
  const { state, status } = await world.instance(id);
  assert.deepEqual([status, state["outcome"], state["reminders"]], ["completed", "expired", 2]);
});
