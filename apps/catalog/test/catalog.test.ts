import { fileURLToPath } from "node:url";
import { testApp, type TestApp } from "@stephooks/testkit";
import { beforeEach, expect, test } from "vitest";
import handler from "../index.ts";

const apiKey = "the key";
const sourceFolder = fileURLToPath(new URL("..", import.meta.url));
const headers = { "x-apikey": apiKey };
let world: TestApp;
beforeEach(() => void (world = testApp(handler, { apiKey, sourceFolder })));

async function add(body: object): Promise<{ readonly status: number; readonly body: unknown }> {
  return world.request("POST", "/api/products", { body, headers });
}

/** What a listener is told, from the beginning. */
async function told(listener: string): Promise<readonly unknown[]> {
  const { body } = await world.request("GET", `/live/${listener}`, { headers: { "last-event-id": "0" } });
  return [...String(body).matchAll(/^data: (.*)$/gm)].map(([, text = ""]): unknown => JSON.parse(text));
}

test("every change is told to who listens, in the order it was made", async () => {
  const { body } = await world.request("POST", "/live");
  const { listener } = Object(body);
  const { _id: id } = Object((await add({ name: " Tea ", price: 3 })).body);
  await world.request("PATCH", `/api/products/${id}`, { body: { $inc: { stock: 2 } }, headers });
  await world.request("PUT", `/api/products/${id}`, { body: { name: "Green tea", price: 4 }, headers });
  await world.request("PATCH", "/api/products/_byquery?name", { body: { price: 5 }, headers });
  await world.request("DELETE", `/api/products/${id}`, { headers });
  expect(await told(listener)).toEqual([
    { changed: { _id: id, name: "Tea", price: 3, stock: 0 } },
    { changed: { _id: id, name: "Tea", price: 3, stock: 2 } },
    { changed: { _id: id, name: "Green tea", price: 4, stock: 0 } },
    { reload: true },
    { removed: id },
  ]);
});

test.each([
  [{ price: 1 }, "name"],
  [{ name: "  ", price: 1 }, "name"],
  [{ name: "Tea", price: 0 }, "price"],
  [{ name: "Tea", price: "3" }, "price"],
  [{ name: "Tea", price: 3, stock: 1.5 }, "stock"],
  [{ name: "Tea", price: 3, color: "green" }, ""],
])("%j is refused, and says that it is for its %s", async (body, path) => {
  const answer = await add(body);
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { code: "schema-mismatch", issues: [{ path, message: expect.any(String) }] } },
  });
  expect((await world.request("GET", "/api/products")).body).toEqual([]);
});

test("a change that would make a wrong product is refused", async () => {
  const { _id: id } = Object((await add({ name: "Tea", price: 3 })).body);
  const less = await world.request("PATCH", `/api/products/${id}`, { body: { $inc: { stock: -1 } }, headers });
  expect(less).toMatchObject({ status: 400, body: { error: { issues: [{ path: "stock", message: "Not below 0" }] } } });
});

test("everybody may look on; a change needs the key, and so does the documentation", async () => {
  for (const path of ["/", "/catalog.js", "/api/products"]) {
    expect(`${path} ${(await world.request("GET", path)).status}`).toBe(`${path} 200`);
  }
  const refused = await world.request("POST", "/api/products", { body: { name: "Tea", price: 3 } });
  expect(refused).toMatchObject({ status: 403, body: { error: { message: "Changing something needs the key" } } });
  for (const path of ["/docs", "/openapi.json"]) {
    expect((await world.request("GET", path)).status).toBe(401);
    expect((await world.request("GET", path, { headers })).status).toBe(200);
  }
});
