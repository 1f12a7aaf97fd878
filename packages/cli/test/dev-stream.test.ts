import { expect, onTestFinished, test, vi } from "vitest";
import type { LogLine } from "@stephooks/local";
import { type DevServer, startDev } from "./support/dev-command.ts";
import { openGate } from "./support/gate.ts";
import { temporaryApp, writeFiles } from "./support/temporary-app.ts";
import { until } from "./support/until.ts";

// A busy machine takes seconds to start a stack's four processes; what is waited for has its own deadline.
vi.setConfig({ testTimeout: 120_000 });

type Told = LogLine & { readonly frame?: string; readonly place?: { readonly file: string; readonly line: number } };

/** The log so far. */
function logOf({ command }: DevServer): readonly Told[] {
  const lines = command.output.stderr.split("\n").filter((line) => line.startsWith('{"event":"log"'));
  return lines.map((line) => JSON.parse(line).log);
}

const failing = `import { app } from "stephooks";

interface Order {
  readonly amount: number;
}

const orders = app.createWorkflow("orders", "Fails", {
  pay: async (state: Order, goto) => {
    console.log("paying", state.amount);
    if (state.amount > 10) {
      throw new Error("too much");
    }
    return goto(null);
  },
}, { maxRetries: 0 });

app.get("/broken", () => {
  const missing = undefined as unknown as { name: string };
  return missing.name;
});
app.post("/orders", async (req, res) => {
  console.log("ordering");
  res.json(await orders.start({ amount: req.body.amount }));
});
export default app.init();
`;

test("one log tells of requests, steps and what the app prints, each with its ids; failures with the app's own line", async () => {
  const dev = await startDev(["--fresh"], { cwd: temporaryApp({ "index.ts": failing }) });
  onTestFinished(() => dev.stop());
  await fetch(`${dev.url}/broken?secret=1`);
  const post = (amount: number) =>
    fetch(`${dev.url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ amount }),
    });
  const { _id: good } = (await (await post(1)).json()) as { _id: string };
  const { _id: bad } = (await (await post(11)).json()) as { _id: string };
  await until(async () => {
    const log = logOf(dev);
    const broken = log.find(({ stack }) => String(stack).includes("TypeError"));
    expect(broken).toMatchObject({ process: "http", level: "error", place: { line: 19 } });
    expect(broken?.frame).toMatch(/index\.ts:19:17:[^]*19 │ {3}return missing\.name;/);
    const request = log.find(({ event, path }) => event === "request" && path === "/broken");
    expect(request).toMatchObject({ method: "GET", status: 500, request: broken?.request });
    const said = log.find(({ text }) => text === "ordering");
    expect(log.some(({ event, request: id }) => event === "request" && id === said?.request)).toBe(true);
    expect(log.find(({ text }) => text === "paying 1")).toMatchObject({
      process: "worker",
      event: "output",
      workflow: "orders",
      instance: good,
      step: "pay",
      attempt: 1,
    });
    expect(log.find(({ event, instance }) => event === "step" && instance === good)).toBeDefined();
    const failed = log.find(({ event }) => event === "step failed");
    expect(failed).toMatchObject({ workflow: "orders", instance: bad, step: "pay", place: { line: 11 } });
    expect(failed?.frame).toMatch(/too much[^]*index\.ts:11:\d+:[^]*11 │ {6}throw new Error\("too much"\);/);
  });
  expect(dev.command.output.stderr).not.toContain("secret");
});

test("a module that throws at import is shown at its line, at the start and at a reload", async () => {
  const cwd = temporaryApp({ "index.ts": `import { app } from "stephooks";\nexport default app.init();\n` });
  const dev = await startDev(["--fresh"], { cwd });
  onTestFinished(() => dev.stop());
  writeFiles(cwd, {
    "index.ts": `import { app } from "stephooks";\ninterface A {\n  b: 1;\n}\nthrow new Error("no database");\n`,
  });
  const { error } = await dev.next();
  expect(error?.code).toBe("bundle-failed");
  expect(error?.message).toMatch(/no database[^]*index\.ts:5:6:[^]*5 │ throw new Error\("no database"\);/);
});

const waits = (version: string): string => `import { app } from "stephooks";
const flow = app.createWorkflow("flow", "Waits, and works long", {
  begin: async (_state, goto) => goto("ask"),
  ask: async (state: { answer?: string }, goto, wait) => (state.answer === undefined ? wait() : goto("long")),
  long: async (_state, goto) => {
    await fetch(process.env["GATE"] + "/long");
    return goto("end", { long: ${JSON.stringify(version)} });
  },
  end: async (_state, goto) => goto(null, { end: ${JSON.stringify(version)} }),
});
app.post("/start", async (_req, res) => { res.json(await flow.start({})); });
app.post("/answer/:id", async (req, res) => { res.json(await flow.updateState(req.params["id"], { answer: "yes" })); });
app.get("/state/:id", async (req, res) => {
  const { state, status, step } = await flow.inspect(req.params["id"]);
  res.json({ status, step, ...state });
});
app.get("/version", (_req, res) => { res.json(${JSON.stringify(version)}); });
export default app.init();
`;

test("an instance that waits and one whose step runs when a version is saved both complete with it", async () => {
  const gate = await openGate();
  const cwd = temporaryApp({ "index.ts": waits("old") });
  const dev = await startDev(["--fresh"], { cwd, env: { GATE: gate.url } });
  onTestFinished(() => dev.stop());
  const send = async (method: string, path: string): Promise<{ _id: string; status: string; step: string }> =>
    (await (await fetch(dev.url + path, { method })).json()) as { _id: string; status: string; step: string };
  const { _id: waiting } = await send("POST", "/start");
  const { _id: running } = await send("POST", "/start");
  for (const id of [waiting, running]) {
    await until(async () => expect(await send("GET", `/state/${id}`)).toMatchObject({ status: "waiting" }));
  }
  await send("POST", `/answer/${running}`);
  await gate.asked();
  writeFiles(cwd, { "index.ts": waits("new") });
  expect(await dev.next()).toMatchObject({ event: "reloaded" });
  expect(await send("GET", "/version")).toBe("new");
  // The step that had begun ends with the version it began with; what comes after it is the new one's.
  expect(await send("GET", `/state/${running}`)).toMatchObject({ status: "running", step: "long" });
  gate.open();
  await until(async () => {
    expect(await send("GET", `/state/${running}`)).toMatchObject({ status: "completed", long: "old", end: "new" });
  });
  await send("POST", `/answer/${waiting}`);
  await until(async () => {
    expect(await send("GET", `/state/${waiting}`)).toMatchObject({ status: "completed", long: "new", end: "new" });
  });
});
