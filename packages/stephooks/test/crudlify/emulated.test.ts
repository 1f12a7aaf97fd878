import { awsPorts } from "@stephooks/aws";
import { silentLogger } from "@stephooks/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createApp } from "../../src/app.ts";
import { createHost } from "../../src/host/index.ts";
import { type Answer, answerOf } from "../support/app-world.ts";
import { type EmulatedTasks, emulatedTasks } from "../datastore/emulated-tasks.ts";
import { urlEvent } from "./crud-world.ts";

/* Two processes of an app that is nothing but crudlify, on one table of the emulated DynamoDB. */

type Ask = (method: string, url: string, body?: unknown) => Promise<Answer>;

let world: EmulatedTasks;
let asks: readonly [Ask, Ask];

beforeAll(async () => {
  world = await emulatedTasks();
  asks = [await process(), await process()];
});
afterAll(() => world.dispose());

async function process(): Promise<Ask> {
  const app = createApp();
  await app.crudlify({ counters: z.object({ n: z.number().max(10) }), notes: null });
  const { stack } = world;
  const { clients } = world.process();
  const host = createHost(
    app.init(),
    awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger }),
    {
      engine: { functionTimeout: 60, visibilityTimeout: 90 },
      http: { access: { mode: "open" }, space: "dev" },
      deadLetterArn: stack.stepDeadLetterArn,
    },
  );
  return async (method, url, body) => answerOf(await host.handle(urlEvent(method, url, body)));
}

test("what two processes change at the same time is validated on the version it meets: 10 of 16 counts fit", async () => {
  const [one, other] = asks;
  const { _id } = (await one("POST", "/counters", { n: 0 })).body as { _id: string };
  const statuses = await Promise.all(
    Array.from({ length: 16 }, async (_, turn) => {
      const ask = turn % 2 === 0 ? one : other;
      return (await ask("PATCH", `/counters/${_id}`, { $inc: { n: 1 } })).status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 400)).toHaveLength(6);
  expect((await other("GET", `/counters/${_id}`)).body).toEqual({ _id, n: 10 });
});

test("a list of several pages of the table is whole, and a removal by query takes all that match", async () => {
  const [one, other] = asks;
  const padding = "x".repeat(20_000);
  await one(
    "POST",
    "/notes",
    Array.from({ length: 120 }, (_, n) => ({ n, padding })),
  );
  const { body } = await other("GET", "/notes?fields=n&sort=-n");
  expect((body as { n: number }[]).map(({ n }) => n)).toEqual(Array.from({ length: 120 }, (_, n) => 119 - n));
  expect((await one("DELETE", "/notes/_byquery?n=<100")).body).toEqual({ count: 100 });
  expect((await other("GET", "/notes?fields=n")).body).toHaveLength(20);
});
