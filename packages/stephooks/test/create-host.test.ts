import {
  drivenClock,
  memoryDocumentStore,
  memoryInstanceStore,
  memoryKeyValueStore,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import { type AppPorts, silentLogger } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp, createHost, type HostSettings, type StepWrapper } from "../src/host/index.ts";
import { coded, deadLetterArn, stepQueueArn } from "./support/app-world.ts";
import { sqsEvent } from "./support/lambda-events.ts";

const settings: HostSettings = {
  engine: { functionTimeout: 60, visibilityTimeout: 90 },
  http: { access: { mode: "open" }, space: "dev" },
  deadLetterArn,
};

/** An app of two steps that note that they ran, and the ports it runs on. */
function twoSteps() {
  const ran: string[] = [];
  const app = createApp();
  const w = app.createWorkflow("w", "Under test", {
    one: async (_state, goto) => {
      ran.push("one");
      await goto("two");
    },
    two: async (_state, goto) => {
      ran.push("two");
      await goto(null);
    },
  });
  const clock = drivenClock();
  const queue = memoryQueue({ clock, visibilityTimeout: 90 });
  const store = memoryInstanceStore();
  const ports: AppPorts = {
    instances: store,
    keyValues: memoryKeyValueStore({ clock }),
    documents: memoryDocumentStore({ clock, random: seededRandom(2) }),
    index: store.index,
    history: store.history,
    queue,
    clock,
    random: seededRandom(1),
    logger: silentLogger,
  };
  const runOn = async (host: ReturnType<typeof createHost>): Promise<void> => {
    for (let batch = await queue.receive(10, 0); batch.length > 0; batch = await queue.receive(10, 0)) {
      await host.handle(sqsEvent(batch, stepQueueArn));
      await queue.remove(batch.map(({ receipt }) => receipt));
    }
  };
  return { handler: app.init(), ports, ran, runOn, w };
}

describe("wrapStep", () => {
  const mark =
    (ran: string[]): StepWrapper =>
    ({ step, workflow }, run) =>
    (state, goto, wait, context) => {
      ran.push(`${workflow}.${step} wrapped`);
      return step === "two" ? goto(null, { stubbed: true }) : run(state, goto, wait, context);
    };

  test("runs around a step, or in its place", async () => {
    const { handler, ports, ran, runOn, w } = twoSteps();
    const host = createHost(handler, ports, { ...settings, wrapStep: mark(ran) });
    await w.start({}, { id: "i" });
    await runOn(host);
    expect(ran).toEqual(["w.one wrapped", "one", "w.two wrapped"]);
    expect(await host.inspect("i")).toMatchObject({ status: "completed", state: { stubbed: true } });
  });

  test("holds for steps that are configured later, and only for its own host", async () => {
    const { handler, ports, ran, runOn, w } = twoSteps();
    const wrapping = createHost(handler, ports, { ...settings, wrapStep: mark(ran) });
    w.configure({ timeout: "20s" });
    await w.start({}, { id: "wrapped" });
    await runOn(wrapping);
    expect(ran.splice(0)).toEqual(["w.one wrapped", "one", "w.two wrapped"]);

    const plain = createHost(handler, ports, settings);
    await w.start({}, { id: "plain" });
    await runOn(plain);
    expect(ran).toEqual(["one", "two"]);
  });
});

test("inspect shows an instance of any workflow, and refuses an id nobody has", async () => {
  const { handler, ports, w } = twoSteps();
  const host = createHost(handler, ports, settings);
  await w.start({ given: 1 }, { id: "i" });
  expect(await host.inspect("i")).toEqual(await w.inspect("i"));
  await expect(host.inspect("nobody")).rejects.toEqual(coded("unknown-instance"));
});
