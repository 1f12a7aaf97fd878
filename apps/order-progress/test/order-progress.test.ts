import { testApp } from "@stephooks/testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import handler from "../index.ts";

const key = { "x-apikey": "the key of the app" };
const world = testApp(handler, { apiKey: key["x-apikey"] });

beforeEach(() => vi.stubEnv("WAREHOUSE_PACE", "0"));
afterEach(() => vi.unstubAllEnvs());

async function order(items: unknown = 2): Promise<{ readonly id: string; readonly token: string }> {
  const { body, status } = await world.request("POST", "/orders", { body: { items } });
  expect(status).toBe(201);
  return Object(body);
}

async function events({ id, token }: { readonly id: string; readonly token: string }): Promise<readonly string[]> {
  const { body } = await world.request("GET", `/progress/${id}?token=${token}`);
  return [...String(body).matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => {
    const { data: shown, outcome, status, step, type } = Object(JSON.parse(data));
    return type === "progress" ? `${shown.percent} %` : `${step} ${outcome ?? status}`;
  });
}

test("whoever orders may watch the order, without a key", async () => {
  const placed = await order();
  expect(await events(placed)).toEqual(["reserve running"]);
  await world.settle();
  const seen = await events(placed);
  expect(seen.toSorted()).toEqual(
    [
      ...["20 %", "40 %", "reserve goto", "60 %", "reserve join"],
      ...["70 %", "80 %", "90 %", "100 %", "deliver end", "deliver completed"],
    ].toSorted(),
  );
  expect(seen.filter((event) => !event.endsWith("%"))).toEqual([
    "reserve goto",
    "reserve join",
    "deliver end",
    "deliver completed",
  ]);
});

test("nobody may watch another's order", async () => {
  const [mine, theirs] = [await order(), await order()];
  for (const query of ["", "?token=", `?token=${theirs.token}`, `?token=${mine.token}x`]) {
    expect((await world.request("GET", `/progress/${mine.id}${query}`)).status).toBe(403);
  }
  expect((await world.request("GET", `/progress/${mine.id}`, { headers: key })).status).toBe(403);
});

test("an order of nothing, or of too much, is refused", async () => {
  for (const items of [0, 21, 1.5, "2", undefined, null]) {
    expect((await world.request("POST", "/orders", { body: { items } })).status).toBe(400);
  }
});
