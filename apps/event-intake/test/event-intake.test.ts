import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import handler from "../index.ts";
import { signatureOf } from "../signature.ts";

const SECRET = "shared with the shop";
let world: TestApp;

beforeEach(() => {
  vi.stubEnv("WEBHOOK_SECRET", SECRET);
  world = testApp(handler, { apiKey: "the app's own key" });
});
afterEach(() => vi.unstubAllEnvs());

interface Sent {
  readonly id?: string;
  readonly kind?: string;
  readonly order?: string;
  readonly at?: string;
}

const AT = "2026-01-01T09:00:00.000Z";

/** Sends an event as the shop does. */
async function send(event: Sent, changes: { secret?: string; seconds?: number; body?: string } = {}) {
  const body = JSON.stringify({ id: "e1", kind: "placed", order: "42", at: AT, ...event });
  const { secret = SECRET, seconds = Math.floor(Date.now() / 1_000) } = changes;
  const answer = await world.request("POST", "/webhooks/shop", {
    headers: { "content-type": "application/json", "x-signature": signatureOf(body, secret, seconds) },
    body: changes.body ?? body,
  });
  await world.settle();
  return answer;
}

async function order(): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await world.request("GET", "/orders/42", { headers: { "x-apikey": "the app's own key" } });
  return Object(body);
}

function runsOf(step: string): number {
  return world.ran().filter((run) => run.step === step).length;
}

test("an order is packed when it is placed and paid, and ends when its parcel is sent", async () => {
  expect((await send({ id: "e1", kind: "placed" })).status).toBe(202);
  expect(await order()).toEqual({ status: "waiting", step: "collect", placed: AT });
  await send({ id: "e2", kind: "paid" });
  expect(await order()).toMatchObject({ status: "waiting", step: "deliver" });
  await send({ id: "e3", kind: "sent" });
  expect(await order()).toMatchObject({ status: "completed", placed: AT, paid: AT, sent: AT });
});

test("events may come in any order, and all at once", async () => {
  await Promise.all([
    send({ id: "e3", kind: "sent" }),
    send({ id: "e2", kind: "paid" }),
    send({ id: "e1", kind: "placed" }),
  ]);
  expect(await order()).toMatchObject({ status: "completed" });
  expect(runsOf("pack")).toBe(1);
});

test("an event that is sent three times starts one workflow", async () => {
  const answers = [await send({}), await send({}), await send({})];
  expect(answers.map(({ status, body }) => [status, body])).toEqual(
    Array.from({ length: 3 }, () => [202, { id: "event:e1" }]),
  );
  expect(runsOf("hand")).toBe(1);
});

test("an event that comes after its order has ended changes nothing", async () => {
  for (const [index, kind] of ["placed", "paid", "sent"].entries()) await send({ id: `e${index}`, kind });
  await send({ id: "e9", kind: "paid", at: "2026-02-01T00:00:00.000Z" });
  expect((await world.instance("event:e9")).state).toMatchObject({ late: true });
  expect(await order()).toMatchObject({ status: "completed", paid: AT });
});

test("an order that nobody pays is reminded of after three days, and expires after seven", async () => {
  await send({});
  await world.advance("3d");
  expect(await order()).toMatchObject({ status: "waiting", step: "collect", reminded: true });
  await world.advance("4d");
  expect(await order()).toMatchObject({ status: "completed", step: "expire" });
});

test.each([
  { what: "signed with another secret", changes: { secret: "guessed" } },
  { what: "changed by one character", changes: { body: `{"id":"e1","kind":"placed","order":"43","at":"${AT}"}` } },
  { what: "that somebody recorded ten minutes ago", changes: { seconds: Math.floor(Date.now() / 1_000) - 600 } },
])("a request $what is refused and starts nothing", async ({ changes }) => {
  expect((await send({}, changes)).status).toBe(401);
  expect(world.ran()).toEqual([]);
});

const seconds = Math.floor(Date.now() / 1_000);

test.each([undefined, "", "t=1,v1=00", `t=${seconds},v1=${"0".repeat(64)}`, `t=0${seconds},v1=${"0".repeat(64)}`])(
  "a request with the signature %s is refused",
  async (signature) => {
    const headers = {
      "content-type": "application/json",
      ...(signature === undefined ? {} : { "x-signature": signature }),
    };
    expect((await world.request("POST", "/webhooks/shop", { headers, body: "{}" })).status).toBe(401);
  },
);

test("without a secret nothing is taken", async () => {
  vi.stubEnv("WEBHOOK_SECRET", "");
  expect((await send({}, { secret: "" })).status).toBe(401);
});

test.each([{ id: "no spaces" }, { kind: "lost" }, { order: "" }, { at: "soon" }])(
  "a signed event that is none (%o) is told what is wrong",
  async (event) => {
    const { body, status } = await send(event);
    expect([status, Object(body).error.code]).toEqual([400, "bad-event"]);
  },
);

test("orders are for callers with the key", async () => {
  expect((await world.request("GET", "/orders/42")).status).toBe(401);
});
