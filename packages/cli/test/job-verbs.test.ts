import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answered, type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A job that counts its runs, one that fails, and a workflow of two steps. */
const work = `import { app, Datastore } from "stephooks";
app.job("0 9 * * MON", async (_req, res) => {
  await Datastore.open().incr("runs", 1);
  res.end();
}, { name: "weekly", timeZone: "Europe/Berlin" });
app.job("30 4 1 1 *", async () => { throw new Error("no fireworks"); }, { name: "yearly", retry: { maximumAttempts: 1 } });
const order = app.createWorkflow("order", "An order", {
  begin: (state, goto) => goto("ship", { ...state, begun: true }),
  ship: (state, goto, wait) => state.hold ? wait({}) : goto(null, { ...state, shipped: true }),
});
export default app.init();
`;

let workApp: RunningApp;
beforeAll(async () => {
  workApp = await startApp({ "index.ts": work });
});
afterAll(() => workApp.stop());

const json = ({ stdout }: Answered) => JSON.parse(stdout);

test("job list tells the next times and the last run; job run runs one now, and fails when it fails", async () => {
  const list = async () => json(await workApp.local(["job", "list", "--json"])).jobs;
  const [weekly] = await list();
  expect(weekly).toEqual({
    name: "weekly",
    expression: "0 9 * * MON",
    timeZone: "Europe/Berlin",
    next: [expect.any(String), expect.any(String), expect.any(String)],
  });
  const inBerlin = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Berlin",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  expect(weekly.next.map((time: string) => inBerlin.format(new Date(time)))).toEqual(Array(3).fill("Mon 09:00"));
  expect(Date.parse(weekly.next[0])).toBeGreaterThan(Date.now());

  const ran = await workApp.deployed(["job", "run", "weekly", "--json"]);
  expect(ran.code).toBe(0);
  expect(json(ran)).toMatchObject({ status: "completed" });
  expect((await workApp.items("k##")).find(({ sk }) => sk?.S === "runs")).toMatchObject({ n: { N: "1" } });
  await expect.poll(async () => (await list())[0].lastRun?.status, { timeout: 30_000 }).toBe("completed");

  const failed = await workApp.local(["job", "run", "yearly"]);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/job-failed: .*no fireworks/) });
  expect(await workApp.local(["job", "run", "hourly"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not-found: .*\(weekly\)/),
  });
});

test("workflow start starts once per id, and waits for the end when asked to", async () => {
  const start = ["workflow", "start", "order", "--id", "order-7", "--json"];
  const first = json(await workApp.local([...start, "--input", '{"total":7}', "--wait"]));
  expect(first).toMatchObject({
    created: true,
    id: "order-7",
    status: "completed",
    document: { total: 7, shipped: true },
  });
  expect((await workApp.item("i#order-7", "a"))?.st).toEqual({ S: "D" });
  expect(json(await workApp.deployed(start))).toMatchObject({ created: false, status: "completed" });
  const held = await workApp.deployed(
    ["workflow", "start", "order", "--id", "held", "--input", "-", "--wait", "--timeout", "2"],
    { input: '{"hold":true}' },
  );
  expect(held).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/still-running: Instance held /) });
  expect((await workApp.item("i#held", "a"))?.st).toEqual({ S: "W" });
  expect(await workApp.local(["workflow", "start", "oder"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/unknown-workflow: No workflow "oder" .*order/),
  });
});

test("workflow tail tells transitions, and what they changed, until the end", async () => {
  await workApp.local(["workflow", "start", "order", "--id", "tailed", "--input", '{"hold":true}']);
  const tail = workApp.local(["workflow", "tail", "tailed", "--json"]);
  await expect.poll(async () => (await workApp.item("i#tailed", "a"))?.st, { timeout: 30_000 }).toEqual({ S: "W" });
  await workApp.local(["workflow", "cancel", "tailed"]);
  const { code, stdout } = await tail;
  expect(code).toBe(1);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines.at(0)).toMatchObject({ transition: { seq: 1, step: "begin", outcome: "goto" } });
  expect(lines.at(-1)).toMatchObject({ ended: { id: "tailed", status: "cancelled" } });
  const drawn = await workApp.local(["workflow", "tail", "order-7"]);
  expect(drawn).toMatchObject({ code: 0 });
  expect(drawn.stdout).toMatch(
    /Z {2}begin {2}goto {2}.*\n {4}\+ .*\n.*Z {2}ship {2}end {2}.*\n {4}\+ shipped: true\ncompleted at step ship\n$/,
  );
});
