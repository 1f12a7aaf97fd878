import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";
import { sign } from "./signature.ts";

process.env["WEBHOOK_SECRET"] = "the secret of the test";
const event = JSON.stringify({ id: "evt-1", amount: 12 });
const headers = {
  "content-type": "application/json",
  "x-signature": sign(event, process.env["WEBHOOK_SECRET"]),
};

test("a signed event that comes twice is one payment", async () => {
  const world = testApp(handler);
  for (let time = 1; time <= 2; time += 1) {
    const { body, status } = await world.request("POST", "/webhooks/payments", { body: event, headers });
    assert.deepEqual({ body, status }, { body: { id: "evt-1" }, status: 202 });
    await world.settle();
  }
  assert.equal((await world.instance("evt-1")).state["receipt"], "R-evt-1");
  assert.equal(world.ran().length, 2);
});

test("what is not signed is refused", async () => {
  const { status } = await testApp(handler).request("POST", "/webhooks/payments", { body: JSON.parse(event) });
  assert.equal(status, 401);
});

test("what is signed and no payment is refused", async () => {
  for (const body of ["null", "[]", '{"id":7}']) {
    const signed = { ...headers, "x-signature": sign(body, process.env["WEBHOOK_SECRET"] ?? "") };
    const { status } = await testApp(handler).request("POST", "/webhooks/payments", { body, headers: signed });
    assert.equal(status, 400);
  }
});
