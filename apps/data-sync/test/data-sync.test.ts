import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import handler from "../index.ts";
import { openShop, product, type Shop } from "./shop.ts";

let shop: Shop;
let world: TestApp;

beforeEach(async () => {
  shop = await openShop(Array.from({ length: 250 }, (_, number) => product(number)));
  vi.stubEnv("SHOP_URL", shop.url);
  vi.stubEnv("SHOP_PAGES_PER_SECOND", "1000");
  world = testApp(handler);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await shop.close();
});

async function start(id = "nightly"): Promise<void> {
  const { status } = await world.request("POST", "/imports", { body: { id } });
  expect(status).toBe(202);
}

async function progress(id = "nightly"): Promise<Readonly<Record<string, unknown>>> {
  return Object((await world.request("GET", `/imports/${id}`)).body);
}

async function stored(): Promise<readonly unknown[]> {
  return Object((await world.request("GET", "/products")).body);
}

test("an import copies every product, page by page, and says how far it is", async () => {
  await start();
  expect(await progress()).toMatchObject({ status: "running", pages: 0, percent: 0 });
  await world.settle();
  expect(shop.asked).toEqual([null, "100", "200"]);
  expect(await progress()).toEqual({
    status: "completed",
    step: "finish",
    pages: 3,
    saved: 250,
    refused: 0,
    total: 250,
    percent: 100,
  });
  expect(await stored()).toHaveLength(250);
  expect(await stored()).toContainEqual({ _id: "p00042", name: "Product 42", price: 42 });
});

test("a second click with the same id is the same import", async () => {
  await start();
  await start();
  await world.settle();
  expect(shop.asked).toHaveLength(3);
});

test("a product that changed is changed, not added", async () => {
  await start("monday");
  await world.settle();
  shop.items = [{ ...product(0), price: 99 }, ...shop.items.slice(1)];
  await start("tuesday");
  await world.settle();
  expect(await stored()).toHaveLength(250);
  expect(await stored()).toContainEqual({ _id: "p00000", name: "Product 0", price: 99 });
});

test("a shop that asks for a pause gets it, and no attempt is used up", async () => {
  shop.mood = (request) => (request === 2 ? { status: 429, retryAfter: 30 } : undefined);
  await start();
  await world.advance("29s");
  expect(await progress()).toMatchObject({ status: "running", pages: 1, percent: 40 });
  await world.advance("2s");
  expect(await progress()).toMatchObject({ status: "completed", saved: 250 });
  expect(await progress()).not.toHaveProperty("lastError");
});

test("a page that fails is tried again, from the page, not from the start", async () => {
  shop.mood = (request) => (request === 2 || request === 3 ? { status: 500 } : undefined);
  await start();
  await world.advance("1m");
  expect(shop.asked).toEqual([null, "100", "100", "100", "200"]);
  expect(await progress()).toMatchObject({ lastError: "The shop answered 500." });
  expect(await progress()).toMatchObject({ status: "completed", saved: 250 });
});

test("an import that failed says why, and a retry goes on at its checkpoint", async () => {
  shop.mood = (request) => (request > 2 ? { status: 500 } : undefined);
  await start();
  await world.advance("1h");
  expect(await progress()).toMatchObject({ status: "failed", pages: 2, lastError: "The shop answered 500." });
  shop.mood = () => undefined;
  const before = shop.asked.length;
  await world.request("POST", "/imports/nightly/retry");
  await world.settle();
  expect(shop.asked.slice(before)).toEqual(["200"]);
  expect(await progress()).toMatchObject({ status: "completed", pages: 3, saved: 250 });
});

test("items that cannot be used are listed with the reason; the others are saved", async () => {
  shop.items = [
    product(1),
    { id: "p2", name: "", price: 1 },
    { name: "no id" },
    { id: "p3", name: "x", price: -1 },
    product(4),
  ];
  await start();
  await world.settle();
  expect(await progress()).toMatchObject({ status: "completed", saved: 2, refused: 3, percent: 100 });
  const { body } = await world.request("GET", "/imports/nightly/refused");
  const reasons = Object(body).map(({ reason }: { reason: string }) => reason);
  expect(reasons.toSorted()).toEqual(["it has no id", "it has no name", "its price is not a number of at least 0"]);
});

test("an import with more than 100 refused items stops, and is not tried again by itself", async () => {
  shop.items = Array.from({ length: 250 }, (_, number) => ({ id: `p${number}` }));
  await start();
  await world.advance("1h");
  expect(shop.asked).toEqual([null, "100"]);
  expect(await progress()).toMatchObject({ status: "failed", pages: 1, refused: 100 });
});

test("imports that run at the same time share the limit of requests in a second", async () => {
  vi.stubEnv("SHOP_PAGES_PER_SECOND", "2");
  vi.useFakeTimers({ toFake: ["Date"], now: world.now() });
  await start("one");
  await start("two");
  await world.settle();
  expect(shop.asked).toHaveLength(2);
  for (const expected of [4, 6]) {
    vi.setSystemTime(world.now() + 1_000);
    await world.advance("1s");
    expect(shop.asked).toHaveLength(expected);
  }
  vi.setSystemTime(world.now() + 1_000);
  await world.advance("1s");
  expect([await progress("one"), await progress("two")]).toMatchObject([{ saved: 250 }, { saved: 250 }]);
});

test("a paused import asks for nothing more until it is resumed", async () => {
  shop.mood = (request) => (request === 2 ? { status: 429, retryAfter: 10 } : undefined);
  await start();
  await world.settle();
  await world.request("POST", "/imports/nightly/pause");
  await world.advance("1h");
  expect(shop.asked).toHaveLength(2);
  await world.request("POST", "/imports/nightly/resume");
  await world.settle();
  expect(await progress()).toMatchObject({ status: "completed", saved: 250 });
});

test("a page size that is none, and a shop nobody named, are told", async () => {
  expect((await world.request("POST", "/imports", { body: { pageSize: 501 } })).status).toBe(400);
  vi.stubEnv("SHOP_URL", "");
  await start();
  await world.advance("1h");
  expect(await progress()).toMatchObject({
    status: "failed",
    lastError: "Set SHOP_URL: where the shop lists its products.",
  });
});
