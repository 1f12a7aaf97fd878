import { sampleHead } from "@stephooks/contracts/suites";
import { silentLogger } from "@stephooks/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsPorts } from "../src/index.ts";
import {
  indexActions,
  jobBurialActions,
  queueConsumerActions,
  queueProducerActions,
  tableActions,
} from "../src/resources/index.ts";
import { emulatedJobs } from "./emulated-jobs.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());

/** Batch calls of SQS are allowed by the action of their single form (AWS documentation, "SQS API permissions"). */
const actionOf = (service: string, command: string): string =>
  `${service}:${command.replace(/Command$/, "").replace(/^(SendMessage|DeleteMessage)Batch$/, "$1")}`;

test("the ports call exactly what the tables of permissions grant", async () => {
  const called = new Set<string>();
  const { dynamodb, sqs } = world.clients;
  dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      const place = "IndexName" in args.input ? "index " : "";
      called.add(`${place}${actionOf("dynamodb", String(context.commandName))}`);
      return next(args);
    },
    { step: "initialize" },
  );
  sqs.middlewareStack.add(
    (next, context) => (args) => {
      called.add(actionOf("sqs", String(context.commandName)));
      return next(args);
    },
    { step: "initialize" },
  );

  const { table, stepQueueUrl } = world.stack;
  const ports = awsPorts({ clients: world.clients, table, stepQueueUrl, logger: silentLogger });
  const head = sampleHead();
  await ports.instances.create(head);
  await ports.instances.update(head.id, { set: { seq: 4 } }, { statusIn: ["runnable"] });
  await ports.instances.read([head.id]);
  await ports.instances.read([head.id, "other"]);
  const entry = { seq: 1, step: "begin", attempt: 1, outcome: "goto", startedAt: 0, duration: 0 } as const;
  await ports.history.append(head.id, [entry]);
  await ports.history.read(head.id, 0, 1);
  const message = { kind: "wake", instance: head.id, token: 1, dutiesDone: true } as const;
  await ports.queue.send([{ message, delaySeconds: 0 }]);
  await ports.queue.postpone("unknown", 1);
  await ports.queue.backlog();
  await ports.index.due(0, 0, 1);
  await ports.index.list({ workflow: "orders", group: "active", limit: 1 });

  const written = await ports.documents.write({
    collection: "c",
    id: "a",
    document: { _id: "a" },
    expected: undefined,
  });
  if (written.ok) await ports.documents.remove("c", "a", written.stored.version);
  for await (const page of ports.documents.list({ collection: "c" })) expect(page).toEqual([]);

  const onIndexes = indexActions.map((action) => `index ${action}`);
  const granted = [...tableActions, ...onIndexes, ...queueProducerActions, "sqs:GetQueueAttributes"];
  expect([...called].toSorted()).toEqual(granted.toSorted());
  expect(queueConsumerActions).toEqual(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]);
});

test("the job queue calls exactly what is granted on it and on its dead-letter queue", async () => {
  const called = new Map<string, Set<string>>();
  const { sqs } = world.clients;
  const { deadLetterUrl, queueUrl } = await emulatedJobs(sqs, 60);
  sqs.middlewareStack.add(
    (next, context) => (args) => {
      const url = "QueueUrl" in args.input ? String(args.input.QueueUrl) : "";
      called.set(url, (called.get(url) ?? new Set()).add(actionOf("sqs", String(context.commandName))));
      return next(args);
    },
    { step: "initialize" },
  );
  const { table, stepQueueUrl } = world.stack;
  const options = { clients: world.clients, table, stepQueueUrl, logger: silentLogger };
  expect(awsPorts(options).jobs).toBeUndefined();
  const { jobs } = awsPorts({ ...options, jobs: { deadLetterUrl, queueUrl } });
  if (jobs === undefined) throw new TypeError("The app has no job queue.");
  const job = { id: "j", item: "j", topic: "t", payload: 1, createdAt: 1 };
  await jobs.send([{ job, slot: 0 }]);
  await jobs.postpone("unknown", 1);
  await jobs.bury({ job, attempts: 1, code: "c", reason: "r", diedAt: 1 });
  expect(called).toEqual(
    new Map([
      [queueUrl, new Set(queueProducerActions)],
      [deadLetterUrl, new Set(jobBurialActions)],
    ]),
  );
});
