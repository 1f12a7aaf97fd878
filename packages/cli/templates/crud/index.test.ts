import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";

test("a product is stored, listed by query, and missed when its stock is low", async () => {
  const world = testApp(handler);
  await world.request("POST", "/products", { body: { _id: "pen", name: "Pen", price: 2, stock: 50 } });
  await world.request("POST", "/products", { body: { _id: "ink", name: "Ink", price: 7 } });
  const low = { _id: "ink", name: "Ink", price: 7, stock: 0 };
  assert.deepEqual((await world.request("GET", "/products?price=7")).body, [low]);
  assert.deepEqual((await world.request("GET", "/low-stock")).body, [low]);
});

test("a product without a price is refused", async () => {
  const { status } = await testApp(handler).request("POST", "/products", { body: { name: "Pen" } });
  assert.equal(status, 400);
});
