import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startDev } from "./support/dev-command.ts";
import { becomes, letterOf, started } from "./support/instance-letters.ts";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp, writeFiles } from "./support/temporary-app.ts";
import { type Answered, type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

/** Orders wait for a person; flaky ones fail until their state says otherwise. */
const shop = `import { app } from "stephooks";
const order = app.createWorkflow("order", "An order", {
  begin: (state, goto) => goto("approve", { ...state, begun: true }),
  approve: (state, goto, wait) => state.approved ? goto("ship", state) : wait({ asked: true }),
  ship: (state, goto) => goto(null, { ...state, shipped: true }),
});
const flaky = app.createWorkflow("flaky", "Fails unless ok", {
  try: (state, goto) => {
    if (!state.ok) throw new Error("the bank said no");
    goto(null, { ...state, tried: true });
  },
});
flaky.configure({ maxRetries: 0 });
app.post("/orders", async (req, res) => { res.json(await order.start(req.body)); });
app.post("/flaky", async (req, res) => { res.json(await flaky.start(req.body)); });
app.get("/broken", async () => { throw new Error("out of order"); });
export default app.init();
`;

let shopApp: RunningApp;
beforeAll(async () => {
  shopApp = await startApp({ "index.ts": shop });
});
afterAll(() => shopApp.stop());

const json = ({ stdout }: Answered) => JSON.parse(stdout);

describe.each(["local", "deployed"] as const)("%s", (target) => {
  const run: RunningApp["local"] = (args, options) => shopApp[target](args, options);

  test("request sends a request and prints the answer", async () => {
    const sent = await run(["request", "post", "/orders", "--data", '{"total":7}', "--json"]);
    expect(sent).toMatchObject({ code: 0, stderr: "" });
    const { body, headers, ms, status } = json(sent);
    expect({ body, status, ms: typeof ms, type: headers["content-type"] }).toMatchObject({
      status: 200,
      ms: "number",
      type: expect.stringContaining("application/json"),
      body: { total: 7, workflowName: "order" },
    });
    expect((await shopApp.item(`i#${body._id}`, "a"))?.wf).toEqual({ S: "order" });

    const plain = await run(["request", "POST", "/orders", "-d", "-"], { input: '{"total":8}' });
    expect(JSON.parse(plain.stdout)).toMatchObject({ total: 8 });
    expect(plain.stderr).toMatch(/^200 OK \(\d+ ms\)\n/);

    expect(await run(["request", "GET", "/broken"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^500 /),
    });
    expect(json(await run(["request", "GET", "/nowhere", "--json"]))).toMatchObject({ status: 404 });
  });

  test("list tells instances by workflow, status and query, page by page", async () => {
    const region = `r-${target}`;
    const ids = [];
    for (const total of [1, 2, 3]) ids.push(await started(shopApp, "/orders", { total, region }, "W"));
    const list = async (...args: string[]) => json(await run(["workflow", "list", "--json", ...args]));
    const where = ["--where", `{"region":"${region}"}`];
    const all = await list("order", ...where);
    expect(all).toEqual({
      instances: ids.toReversed().map((id) => ({
        id,
        workflow: "order",
        status: "waiting",
        step: "approve",
        attempt: 1,
        transitions: 2,
        createdAt: expect.stringMatching(/Z$/),
        updatedAt: expect.stringMatching(/Z$/),
      })),
    });
    expect((await list("order", "--where", `{"region":"${region}","total":{"$gte":2}}`)).instances).toHaveLength(2);
    expect((await list("--status", "completed,failed", ...where)).instances).toEqual([]);
    const seen = [];
    let cursor: string[] = [];
    do {
      const page = await list("order", "--limit", "2", ...cursor, ...where);
      expect(page.instances.length).toBeLessThanOrEqual(2);
      seen.push(...page.instances.map(({ id }: { id: string }) => id));
      cursor = page.cursor === undefined ? [] : ["--cursor", page.cursor];
    } while (cursor.length > 0);
    expect(seen).toEqual(ids.toReversed());
    const text = await run(["workflow", "list", "order", ...where]);
    expect(await run(["workflow", "list", "oder"])).toEqual({
      code: 0,
      stdout: "There are no such instances.\n",
      stderr: "The app registers no workflow oder. It has: order, flaky.\n",
    });
    expect(text.stdout).toMatch(/^STATUS +WORKFLOW +STEP +UPDATED +ID\n/);
    expect(text.stdout).toMatch(new RegExp(`waiting +order +approve +\\S+Z +${ids[0]}\n`));
  });

  test("show draws what happened", async () => {
    const id = await started(shopApp, "/orders", { total: 5 }, "W");
    const { code, stdout } = await run(["workflow", "show", id]);
    expect(code).toBe(0);
    expect(stdout).toContain(`order  ${id}\nwaiting at step approve, created `);
    expect(stdout).toMatch(
      / {2}1 {2}begin → approve +goto +\+[\d.]+ m?s +[\d.]+ m?s {2}[·█]{32}\n {5}\+ begun: true\n {2}2 {2}approve +wait /,
    );
    expect(stdout).toContain('"asked": true');
    expect(json(await run(["workflow", "show", id, "--json"]))).toMatchObject({
      id,
      status: "waiting",
      state: { total: 5, asked: true },
      historyComplete: true,
      history: [
        { seq: 1, step: "begin", outcome: "goto" },
        { seq: 2, step: "approve", outcome: "wait" },
      ],
    });
    expect(await run(["workflow", "show", "nobody"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('unknown-instance: No instance "nobody"'),
    });
  });

  test("graph draws the way of an instance", async () => {
    const id = await started(shopApp, "/orders", { total: 5 }, "W");
    const { code, stdout } = await run(["graph", "--instance", id, "--format", "dot"]);
    expect(code).toBe(0);
    const whole = await run(["graph", "order", "--format", "dot"]);
    expect(stdout).toContain("approve");
    // The same boxes and arrows, some of them marked.
    expect(stdout).not.toBe(whole.stdout);
    expect(stdout.match(/->/g)).toEqual(whole.stdout.match(/->/g));
    const drawn = await run(["graph", "--instance", id, "--format", "svg"]);
    const undrawn = await run(["graph", "order", "--format", "svg"]);
    const taken = (svg: string) => svg.match(/marker-end="url\(#taken\)"/g)?.length ?? 0;
    expect([drawn.code, drawn.stdout.slice(0, 5)]).toEqual([0, "<svg "]);
    // begin to approve, and its wait.
    expect([taken(drawn.stdout), taken(undrawn.stdout)]).toEqual([2, 0]);
    expect(await run(["graph", "--instance", id, "--format", "json"])).toMatchObject({ code: 2 });
    expect(await run(["graph", "--instance", "nobody"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("unknown-instance"),
    });
  });

  test("cancel cancels one at once, and many after their count", async () => {
    const one = await started(shopApp, "/orders", { total: 1 }, "W");
    expect(json(await run(["workflow", "cancel", one, "--json"]))).toMatchObject({
      matched: 1,
      done: [{ id: one, status: "cancelled" }],
      failed: [],
    });
    expect(await letterOf(shopApp, one)).toBe("C");

    const batch = `cancel-${target}`;
    const many = [await started(shopApp, "/orders", { batch }, "W"), await started(shopApp, "/orders", { batch }, "W")];
    const all = ["workflow", "cancel", "--all", "order", "--where", `{"batch":"${batch}"}`];
    const letters = () => Promise.all(many.map((each) => letterOf(shopApp, each)));
    const refused = await run(all);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^2 instances would be cancelled\.\nbad-usage: .*--yes/);
    expect(json(await run([...all, "--dry-run", "--json"]))).toEqual({ matched: 2, done: [], failed: [] });
    expect(await letters()).toEqual(["W", "W"]);
    expect(await run([...all, "--yes"])).toMatchObject({ code: 0 });
    expect(await letters()).toEqual(["C", "C"]);
  });

  test("retry runs a failed instance again, with an edited state; what cannot be retried is said", async () => {
    const id = await started(shopApp, "/flaky", { ok: false }, "F");
    const shown = await run(["workflow", "show", id]);
    expect(shown.stdout).toContain("failed at step try");
    expect(shown.stdout).toContain("the bank said no");
    expect(await run(["workflow", "retry", id, "--state", '{"ok":true}'])).toMatchObject({ code: 0, stderr: "" });
    await becomes(shopApp, id, "D");
    expect(await run(["workflow", "retry", id])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^not-failed: /),
    });
    const mixed = await run(["workflow", "retry", id, "nobody", "--yes", "--json"]);
    expect(mixed.code).toBe(1);
    expect(json(mixed)).toMatchObject({
      matched: 2,
      done: [],
      failed: [{ code: "not-failed" }, { code: "unknown-instance" }],
    });
  });
});

describe("which app is meant", () => {
  const show = (cwd: string) => runCommand(["workflow", "show", "x"], { cwd });

  test("where stephooks dev does not run the verb says so; the file of a dead one counts for nothing", async () => {
    const cwd = temporaryApp({ "index.ts": shop });
    const refused = { code: 1, stdout: "", stderr: expect.stringMatching(/^not-running: .*another terminal.*--stage/) };
    expect(await show(cwd)).toEqual(refused);
    const record = { pid: 999_999_999, url: shopApp.url, environment: shopApp.environment };
    writeFiles(cwd, { ".stephooks/running.json": JSON.stringify(record) });
    expect(await show(cwd)).toEqual(refused);
    writeFiles(cwd, { ".stephooks/running.json": JSON.stringify({ ...record, pid: process.pid }) });
    expect(await show(cwd)).toMatchObject({ stderr: expect.stringMatching(/^unknown-instance: /) });
    writeFiles(cwd, { ".stephooks/running.json": "{" });
    expect(await show(cwd)).toEqual(refused);
  });

  test("dev's file is its owner's only, and gone at its end", async () => {
    const file = join(shopApp.cwd, ".stephooks/running.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const cwd = temporaryApp({ "index.ts": shop });
    const dev = await startDev(["--fresh"], { cwd });
    expect(await show(cwd)).toMatchObject({ stderr: expect.stringMatching(/^unknown-instance: /) });
    await dev.stop();
    expect(readdirSync(join(cwd, ".stephooks"))).not.toContain("running.json");
  });

  test("a stack that is not there is named, with what to do", async () => {
    expect(await shopApp.deployed(["workflow", "show", "x", "--stack", "other"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^unknown-stack: There is no stack other .*--region/),
    });
  });
});
