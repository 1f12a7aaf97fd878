import {
  drivenClock,
  memoryDocumentStore,
  memoryInstanceStore,
  memoryKeyValueStore,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import { type AppPorts, silentLogger } from "@stephooks/core";
import { expect, test } from "vitest";
import { createApp, createHost } from "../src/host/index.ts";
import { metricLine } from "../src/host/transition-metrics.ts";
import { deadLetterArn, stepQueueArn } from "./support/app-world.ts";
import { sqsEvent } from "./support/lambda-events.ts";

/** Runs what is started to its end and reads back what was written, by metric. */
async function metricsOfRun(register: (app: ReturnType<typeof createApp>) => () => Promise<unknown>) {
  const app = createApp();
  const start = register(app);
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
  const lines: string[] = [];
  const host = createHost(app.init(), ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn,
    onTransition: (event) => {
      const line = metricLine(event, "shop-prod-Worker", 1_795_000_000_000);
      if (line !== undefined) lines.push(line);
    },
  });
  await start();
  for (let batch = await queue.receive(10, 0); batch.length > 0; batch = await queue.receive(10, 0)) {
    await host.handle(sqsEvent(batch, stepQueueArn));
    await queue.remove(batch.map(({ receipt }) => receipt));
  }
  return lines;
}

test("an instance that completes is counted once, however many steps and branches it had", async () => {
  const lines = await metricsOfRun((app) => {
    const orders = app.createWorkflow("orders", "", {
      gather: async (_s, goto) => goto(["one", "two"]),
      one: async (_s, goto) => goto("last"),
      two: async (_s, goto) => goto("last"),
      last: async (_s, goto) => goto(null),
    });
    return () => orders.start({}, { id: "o1" });
  });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: 1_795_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: "stephooks",
            Dimensions: [["FunctionName", "Workflow"]],
            Metrics: [{ Name: "InstancesCompleted", Unit: "Count" }],
          },
        ],
      },
      FunctionName: "shop-prod-Worker",
      Workflow: "orders",
      instance: "o1",
      InstancesCompleted: 1,
    },
  ]);
});

test("a failed attempt is counted, and the instance that fails with it; nothing of its state is told", async () => {
  const lines = await metricsOfRun((app) => {
    const pay = async (_state: { secret: string }): Promise<void> => {
      throw new Error("refused");
    };
    const orders = app.createWorkflow("orders", "", { pay }, { maxRetries: 0 });
    return () => orders.start({ secret: "canary" }, { id: "o1" });
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ AttemptsFailed: 1, InstancesFailed: 1, Workflow: "orders" });
  expect(lines.join("")).not.toMatch(/canary|refused/);
});
