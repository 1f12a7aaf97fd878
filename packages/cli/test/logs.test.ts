import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { devLogFile, devLogReader, openDevLog } from "../src/logs/dev-log-file.ts";
import { readLambdaLine } from "../src/logs/log-entry.ts";
import { fakeLogs } from "./support/fake-logs.ts";
import { type RunningApp, startApp } from "./support/running-app.ts";
import { spawnCommand } from "./support/run-command.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const chatty = `import { app } from "stephooks";
const order = app.createWorkflow("order", "An order", {
  begin: (state, goto) => { console.log("order " + state._id + " of " + state.who); goto(null, state); },
});
app.post("/orders", async (req, res) => { res.json(await order.start(req.body)); });
app.get("/broken", async () => { throw new Error("out of order"); });
export default app.init();
`;

describe("a running app", () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ "index.ts": chatty });
  });
  afterAll(() => app.stop());

  const start = (id: string) =>
    fetch(`${app.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ _id: id, who: "ann" }),
    });

  test("logs prints what the processes wrote, narrowed by instance and level; --follow goes on", async () => {
    await start("order-1");
    await start("order-2");
    await fetch(`${app.url}/broken`);
    await expect.poll(() => readFileSync(devLogFile(app.cwd), "utf8"), { timeout: 30_000 }).toContain("order-2 of ann");
    expect(statSync(devLogFile(app.cwd)).mode & 0o777).toBe(0o600);
    const one = await app.local(["logs", "--instance", "order-2", "--json"]);
    expect(one).toMatchObject({ code: 0, stderr: "" });
    const lines = one.stdout.trim().split("\n");
    expect(lines.filter((line) => !line.includes("order-2"))).toEqual([]);
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        process: "worker",
        level: "info",
        event: "output",
        text: "order order-2 of ann",
        time: expect.stringMatching(/Z$/),
      }),
    );
    const errors = await app.local(["logs", "--level", "error"]);
    expect(errors.stdout).toMatch(/Z {2}error {2}http .*out of order/);
    expect(errors.stdout).not.toContain("of ann");

    const following = spawnCommand(["logs", "--follow", "--instance", "order-3"], { cwd: app.cwd });
    onTestFinished(() => void following.child.kill("SIGKILL"));
    await start("order-3");
    await expect.poll(() => following.output.stdout, { timeout: 30_000 }).toContain("order order-3 of ann");
    await start("order-4");
    await expect.poll(() => readFileSync(devLogFile(app.cwd), "utf8"), { timeout: 30_000 }).toContain("order-4 of ann");
    expect(following.output.stdout).not.toContain("order-4");
  });

  test("of a deployed app they come from CloudWatch Logs, in the order of time", async () => {
    const logs = await fakeLogs([
      { eventId: "2", timestamp: 2_000, message: '{"level":"warn","event":"send failed","instance":"order-7"}\n' },
      { eventId: "1", timestamp: 1_000, message: "2026-11-23T10:00:00.000Z\tr-1\tINFO\tsaw order-7\n" },
    ]);
    const { code, stdout } = await app.deployed(["logs", "--instance", "order-7", "--since", "30000d", "--json"], {
      env: logs.environment,
    });
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      {
        time: "1970-01-01T00:00:01.000Z",
        process: "worker",
        level: "info",
        event: "output",
        request: "r-1",
        text: "saw order-7",
      },
      { time: "1970-01-01T00:00:02.000Z", process: "worker", level: "warn", event: "send failed", instance: "order-7" },
    ]);
    expect(JSON.parse(logs.asked[0] ?? "")).toMatchObject({
      logGroupName: "/aws/lambda/shop-test-Worker",
      filterPattern: '"order-7"',
    });
  });

  test("of a deployed app --follow goes on with what CloudWatch Logs knows later, each line once", async () => {
    const line = (id: string, text: string) => ({
      eventId: id,
      timestamp: Date.now(),
      message: `${new Date().toISOString()}\tr-1\tINFO\t${text}\n`,
    });
    const events = [line("1", "order-8 begins")];
    const logs = await fakeLogs(events);
    const following = app.deployedCommand(["logs", "--follow", "--instance", "order-8"], {
      env: logs.environment,
    });
    onTestFinished(() => void following.child.kill("SIGKILL"));
    await expect.poll(() => following.output.stdout, { timeout: 30_000 }).toContain("order-8 begins");
    events.push(line("2", "order-8 ends"), line("3", "order-9 begins"));
    await expect.poll(() => following.output.stdout, { timeout: 30_000 }).toContain("order-8 ends");
    const told = following.output.stdout.match(/order-\d \w+/g);
    expect(told).toEqual(["order-8 begins", "order-8 ends"]);
  });
});

describe("the file of dev's log", () => {
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), "stephooks-log-"));
    onTestFinished(() => rmSync(made, { recursive: true, force: true }));
    return made;
  };

  const numbers = (lines: Iterable<string>) => [...lines].map((line) => Number(JSON.parse(line).n));

  test("is put aside when it is full; who reads as it is written misses no line", () => {
    const root = folder();
    const log = openDevLog(root, 100);
    const reader = devLogReader(root);
    for (let n = 0; n <= 50; n++) {
      log.write({ n, text: "ö".repeat(n % 7) });
      expect(numbers(reader.next())).toEqual([n]);
      expect(statSync(devLogFile(root)).size).toBeLessThanOrEqual(100);
    }
    log.close();
    log.write({ n: 51 });
    expect(numbers(reader.next())).toEqual([]);
  });

  test("keeps at most twice its limit, and all of that is read in order", () => {
    const root = folder();
    const log = openDevLog(root, 100);
    const reader = devLogReader(root);
    log.write({ n: 0 });
    expect(numbers(reader.next())).toEqual([0]);
    // Lines of 9 and 10 bytes: three files at the most are filled.
    for (let n = 1; n <= 28; n++) log.write({ n });
    log.close();
    expect(numbers(reader.next())).toEqual(Array.from({ length: 28 }, (_unused, index) => index + 1));
    const late = numbers(devLogReader(root).next());
    expect(late.at(-1)).toBe(28);
    expect(late).toEqual(Array.from({ length: late.length }, (_unused, index) => 29 - late.length + index));
  });
});

test("what Lambda adds to lines is read", () => {
  expect(readLambdaLine("START RequestId: r-1 Version: $LATEST", 0, "http")).toMatchObject({
    event: "platform",
    request: "r-1",
  });
  expect(readLambdaLine("2026-11-23T10:00:00.000Z\tr-1\tERROR\ta\nb", 0, "http")).toMatchObject({
    level: "error",
    event: "output",
    text: "a\nb",
  });
  expect(readLambdaLine("{ no json", 0, "http")).toMatchObject({ event: "platform", text: "{ no json" });
});
