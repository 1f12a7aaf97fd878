import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createProgram } from "../src/program.ts";
import { type RecordingProxy, recordingProxy } from "./support/recording-proxy.ts";
import { type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

/*
 * The policies of operators in infra, held against what the verbs call: every verb on a deployed app is run, and its
 * calls are taken down on the way to the services.
 */

const source = `import { app, Datastore, filestore } from "stephooks";
const order = app.createWorkflow("order", "", {
  begin: (state, goto, wait) => state.hold ? wait({}) : goto(null, state),
});
const flaky = app.createWorkflow("flaky", "", { begin: () => { throw new Error("no"); } });
flaky.configure({ maxRetries: 0 });
app.post("/begin", async (_req, res) => {
  await order.start({ _id: "o-1" });
  await order.start({ _id: "o-2", hold: true });
  await flaky.start({ _id: "f-1" });
  const db = Datastore.open();
  for (const to of ["ann", "ben"]) await db.enqueue("mail", { to });
  await db.insertOne("bills", { total: 7 });
  await db.set("visits", 1);
  await filestore.saveFile("/a.txt", "a");
  res.json({});
});
app.worker("mail", async () => { throw new Error("closed"); }, { retry: { maximumAttempts: 1 } });
app.job("0 3 * * *", async (_req, res) => { res.end(); }, { name: "nightly" });
export default app.init();
`;

/** With OperatorReads alone. */
const looking: readonly (readonly string[])[] = [
  ["request", "GET", "/nothing"],
  ["workflow", "list", "order"],
  ["workflow", "show", "o-1"],
  ["workflow", "tail", "o-1"],
  ["queue", "list"],
  ["job", "list"],
  ["db", "query", "bills", "--where", '{"total":{"$gt":1}}'],
  ["db", "query", "bills", "--where", '{"_id":{"$in":["b-1","b-2"]}}'],
  ["db", "export", "bills"],
  ["kv", "get", "visits"],
  ["kv", "list"],
  ["files", "ls"],
  ["token", "list"],
  ["logs"],
];

/** With both. The first argument of one names what the other made. */
const changing: readonly (readonly string[])[] = [
  ["workflow", "start", "order", "--id", "o-3", "--wait"],
  ["workflow", "retry", "f-1", "--yes"],
  ["workflow", "cancel", "o-2", "--yes"],
  ["workflow", "resume", "o-2", "--yes"],
  ["queue", "peek", "jobs", "--dead", "--limit", "1"],
  ["queue", "redrive", "jobs", "--yes"],
  ["queue", "purge", "jobs", "--dead", "--yes"],
  ["job", "run", "nightly"],
  ["db", "import", "bills", "-", "--replace"],
  ["kv", "set", "visits", "1", "--ttl", "3600"],
  ["kv", "del", "visits"],
  ["files", "put", "index.ts", "b/"],
  ["files", "rm", "--prefix", "b/", "--yes"],
  ["token", "add", "ann"],
  ["token", "remove", "0000"],
];

let app: RunningApp;
let proxy: RecordingProxy;
beforeAll(async () => {
  app = await startApp({ "index.ts": source });
  const { AWS_ENDPOINT_URL_CLOUDFORMATION, AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SQS } =
    app.account;
  proxy = await recordingProxy({
    cloudformation: AWS_ENDPOINT_URL_CLOUDFORMATION ?? "",
    dynamodb: AWS_ENDPOINT_URL_DYNAMODB ?? "",
    s3: AWS_ENDPOINT_URL_S3 ?? "",
    sqs: AWS_ENDPOINT_URL_SQS ?? "",
  });
});
afterAll(async () => {
  proxy.close();
  await app.stop();
});

/** Runs a verb against the proxy and answers what it called. */
async function called(args: readonly string[]): Promise<readonly string[]> {
  const { endpoint } = proxy;
  const env = {
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
  };
  proxy.taken();
  const { code, stderr } = await app.deployed(args, { env, input: '{"_id":"b-1","total":9}\n' });
  // What is not there is looked for all the same.
  expect({ args, code, stderr }).toMatchObject({
    code: expect.toSatisfy((exit) => exit === 0 || exit === 1),
    stderr: expect.not.stringMatching(/^(?:denied|unavailable|bad-usage)/m),
  });
  return proxy.taken();
}

/** What a policy of the bootstrap allows. */
function granted(id: string): readonly string[] {
  const golden = new URL("../../sam/test/golden/bootstrap-permissions.txt", import.meta.url);
  const rows = readFileSync(fileURLToPath(golden), "utf8").split("\n");
  return [...new Set(rows.flatMap((row) => (row.startsWith(`${id} `) ? [row.split(" ")[1] ?? ""] : [])))].toSorted();
}

function leaves(command: Command, words: readonly string[] = []): readonly string[] {
  if (command.commands.length > 0) return command.commands.flatMap((sub) => leaves(sub, [...words, sub.name()]));
  const names = command.options.map(({ long }) => long);
  return names.includes("--app") && names.includes("--stage") ? [words.join(" ")] : [];
}

test("every verb on a deployed app is here", () => {
  const verbs = leaves(createProgram()).filter((words) => !/^(?:env |graph$)/.test(words));
  const here = [...looking, ...changing].map((args) => args.slice(0, 2).join(" "));
  const missing = verbs.filter((words) => !here.some((begin) => begin === words || begin.startsWith(`${words} `)));
  expect(missing).toEqual([]);
});

test("what looks calls what OperatorReads allows and nothing else; the rest is in OperatorWrites", async () => {
  expect((await fetch(`${app.url}/begin`, { method: "POST" })).status).toBe(200);
  const letter = async (id: string) => (await app.item(`i#${id}`, "a"))?.st?.S;
  await expect.poll(async () => [await letter("o-1"), await letter("f-1")].join(","), { timeout: 60_000 }).toBe("D,F");
  const reads = new Set<string>();
  for (const args of looking) for (const action of await called(args)) reads.add(action);
  expect([...reads].toSorted()).toEqual(granted("OperatorReads"));

  const writes = new Set<string>();
  for (const args of changing) for (const action of await called(args)) if (!reads.has(action)) writes.add(action);
  expect([...writes].toSorted()).toEqual(granted("OperatorWrites"));
});
