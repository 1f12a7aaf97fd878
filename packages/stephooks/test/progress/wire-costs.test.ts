import { memoryQueue } from "@stephooks/contracts";
import { createAwsClients, awsPorts } from "@stephooks/aws";
import { silentLogger, systemClock } from "@stephooks/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createHost } from "../../src/host/index.ts";
import { deadLetterArn, stepQueueArn } from "../support/app-world.ts";
import { sqsEvent } from "../support/lambda-events.ts";
import { type EmulatedTasks, emulatedTasks } from "../datastore/emulated-tasks.ts";
import { logRequests } from "../datastore/request-log.ts";

let emulated: EmulatedTasks;
beforeAll(async () => {
  emulated = await emulatedTasks();
}, 60_000);
afterAll(() => emulated.dispose());

/** How often each operation went over the wire. */
function counts(requests: readonly { readonly operation: string }[]): Readonly<Record<string, number>> {
  const counted = new Map<string, number>();
  for (const { operation } of requests) counted.set(operation, (counted.get(operation) ?? 0) + 1);
  return Object.fromEntries(counted);
}

test("on the wire: a transition that reports nothing is what it was, a report is one put, a look two reads", async () => {
  const { environment, stack } = emulated;
  const clients = createAwsClients({
    environment,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestTimeout: 60_000,
  });
  const app = createApp();
  const w = app.createWorkflow("w", "Reports where it is told to", {
    quiet: (_state, goto) => goto("loud"),
    loud: async (_state, goto, _wait, { emit }) => {
      for (let number = 0; number < 50; number += 1) await emit(number);
      return goto("still");
    },
    still: (_state, _goto, wait) => wait(),
  });
  const queue = memoryQueue({ clock: systemClock, visibilityTimeout: 90 });
  const ports = {
    ...awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger }),
    queue,
  };
  const host = createHost(app.init(), ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn,
  });
  const requests = logRequests(clients);
  const deliver = async (): Promise<Readonly<Record<string, number>>> => {
    requests.length = 0;
    const batch = await queue.receive(10, 0);
    await host.handle(sqsEvent(batch, stepQueueArn));
    await queue.remove(batch.map(({ receipt }) => receipt));
    return counts(requests);
  };
  await w.start({}, { id: "i" });
  expect(await deliver()).toEqual({ GetItem: 1, UpdateItem: 1 });
  const began = Date.now();
  const { GetItem = 0, PutItem, UpdateItem = 0 } = await deliver();
  expect(PutItem).toBe(50);
  // Besides the transition: the layout of the collection of reports, once a second and where it grows.
  expect(GetItem).toBeLessThanOrEqual(3 + (Date.now() - began) / 1_000);
  expect(UpdateItem).toBeLessThanOrEqual(1 + 16 + 5);
  await deliver();

  requests.length = 0;
  for await (const { type } of w.subscribe("i", { after: "3.0" })) if (type === "status") break;
  // One more: the subscription looks who it is about.
  expect(counts(requests)).toEqual({ GetItem: 3 });
  clients.dynamodb.destroy();
  clients.sqs.destroy();
});
