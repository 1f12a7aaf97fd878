import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { rawRequest } from "@stephooks/emulators";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";

const PROCESSES = 4;
const CALLS = 16;

let stack: EmulatedTasks;
const children: ChildProcess[] = [];
beforeAll(async () => {
  stack = await emulatedTasks();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => stack.dispose());

async function startCounting(name: string): Promise<ChildProcess> {
  const { stepQueueUrl, table } = stack.stack;
  const script = fileURLToPath(new URL("counting-process.ts", import.meta.url));
  const child = fork(script, [table, stepQueueUrl, name, String(CALLS)], {
    execArgv: ["--conditions=source"],
    env: { ...process.env, ...stack.environment },
  });
  children.push(child);
  await once(child, "message");
  return child;
}

test("64 calls at once, from four processes of the operating system: no $inc, $push or incr is lost or doubled", async () => {
  await stack.process().run((data) => data.insertOne("counts", { _id: "shared", n: 0, list: [] }));
  const started = await Promise.all(Array.from({ length: PROCESSES }, (_, index) => startCounting(`p${index}`)));
  const sums = await Promise.all(
    started.map(async (child) => {
      const answered = once(child, "message");
      child.send("count");
      const [own]: unknown[] = await answered;
      return own;
    }),
  );
  const { Items } = await rawRequest<{ Items: { pk: { S: string }; d?: { S: string }; n?: { N: string } }[] }>(
    stack.dynamodbEndpoint,
    "DynamoDB_20120810.Scan",
    { TableName: stack.stack.table, ConsistentRead: true },
  );
  const stored: { n: number; list: string[] } = JSON.parse(
    Items.find(({ pk }) => pk.S.startsWith("d#counts#"))?.d?.S ?? "",
  );
  const everyCall = Array.from(
    { length: PROCESSES * CALLS },
    (_, index) => `p${Math.floor(index / CALLS)}-${index % CALLS}`,
  );
  expect(stored.n).toBe(everyCall.length);
  expect(stored.list.toSorted()).toEqual(everyCall.toSorted());
  expect(Items.find(({ pk }) => pk.S.startsWith("k#forked#"))?.n?.N).toBe(String(everyCall.length));
  expect(sums.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(everyCall.map((_, index) => index + 1));
}, 120_000);
