import { createApp, type LambdaHandler } from "stephooks/host";
import { describe, expect, test } from "vitest";
import { type CrashedApp, crashTest, deaths } from "@stephooks/testkit";
import { shop } from "./apps.ts";

const order = { body: { total: 5 } };

interface Bank {
  readonly charges: string[];
}

const bank = (): Bank => ({ charges: [] });

describe("a sound workflow", () => {
  test("ends the same whichever process dies at whichever call", async () => {
    const report = await crashTest((outside: Bank) => shop((key) => outside.charges.push(key)), {
      outside: bank,
      start: (app) => app.request("POST", "/orders/o1", order),
      act: (app) => app.advance("2d"),
      expect: async (app) => expect((await app.instance("o1")).status).toBe("completed"),
      effects: ({ charges }) => charges,
    });
    expect(report.instances).toEqual([
      { workflow: "orders", status: "completed", step: "thank", state: { paid: 5, thanked: true, total: 5 } },
    ]);
    expect(report.effects).toEqual(["o1/1"]);
    expect(report.deaths).toBe(report.calls.length * deaths.length);
    const operations = new Set(report.calls.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual(["backlog", "create", "due", "read", "remove", "send", "update"]);
    expect(report.calls.at(-1)).toMatchObject({ lastStep: { workflow: "orders", step: "thank" } });
  });

  test("of branches and a wait, answered by a request", async () => {
    const build = (): LambdaHandler => {
      const app = createApp();
      const w = app.createWorkflow("w", "Fans out, then waits", {
        begin: async (_state, goto) => goto(["left", "right"]),
        left: async (_state, goto) => goto("ask", { left: true }),
        right: async (_state, goto) => goto("ask", { right: true }),
        ask: async (state, goto, wait) => (state["answer"] ? goto(null) : wait({ asked: true }, { timeout: "1d" })),
      });
      app.post("/start", async (_req, res) => res.json(await w.start({}, { id: "i" })));
      app.post("/answer", async (req, res) => res.json(await w.updateState("i", req.body)));
      return app.init();
    };
    const report = await crashTest(build, {
      start: (app) => app.request("POST", "/start"),
      act: (app) => app.request("POST", "/answer", { body: { answer: "yes" } }),
    });
    expect(report.instances).toEqual([
      {
        workflow: "w",
        status: "completed",
        step: "ask",
        state: { answer: "yes", asked: true, left: true, right: true },
      },
    ]);
  });
});

describe("a bug is found, with the call and the difference:", () => {
  test("a card charged under a new key for each execution", async () => {
    const build = (outside: Bank): LambdaHandler =>
      shop(() => outside.charges.push(`charge ${outside.charges.length}`));
    await expect(
      crashTest(build, {
        outside: bank,
        start: (app) => app.request("POST", "/orders/o1", order),
        act: (app) => app.advance("2d"),
        effects: ({ charges }) => charges,
      }),
    ).rejects.toMatchObject({
      code: "crash-difference",
      message: expect.stringMatching(
        /^Outside call \d+ \(update, after step orders\.charge began\): the process dies before it, and the side effects differ\.\n {2}without a death: \["charge 0"\]\n {2}with this death: \["charge 0","charge 1"\]$/,
      ),
      details: { operation: "update", death: "before", workflow: "orders", step: "charge" },
    });
  });

  test("a counter kept in the memory of the process", async () => {
    const build = (): LambdaHandler => {
      let counted = 0;
      const app = createApp();
      const w = app.createWorkflow("w", "Counts", {
        one: async (_state, goto) => {
          counted += 1;
          await goto("two");
        },
        two: async (_state, goto) => {
          counted += 1;
          await goto(null, { counted });
        },
      });
      app.post("/start", async (_req, res) => res.json(await w.start({}, { id: "i" })));
      return app.init();
    };
    await expect(crashTest(build, { start: (app) => app.request("POST", "/start") })).rejects.toMatchObject({
      code: "crash-difference",
      message: expect.stringContaining("the instances end differently"),
      details: { step: "one" },
    });
  });

  test("a start without an id, sent again by its client", async () => {
    const build = (): LambdaHandler => {
      const app = createApp();
      const w = app.createWorkflow("w", "Ends at once", { only: async (_state, goto) => goto(null) });
      app.post("/start", async (_req, res) => res.json(await w.start({})));
      return app.init();
    };
    await expect(crashTest(build, { start: (app) => app.request("POST", "/start") })).rejects.toMatchObject({
      code: "crash-difference",
      details: { call: 1, operation: "send", death: "after" },
    });
  });

  test("an expectation that only holds without a death", async () => {
    const tested = crashTest((outside: Bank) => shop((key) => outside.charges.push(key)), {
      outside: bank,
      start: (app) => app.request("POST", "/orders/o1", order),
      expect: (_app, { charges }) => expect(charges).toHaveLength(1),
    });
    await expect(tested).rejects.toMatchObject({
      code: "crash-difference",
      message: expect.stringContaining("the run fails"),
      cause: expect.objectContaining({ name: "AssertionError" }),
    });
  });
});

test("keys that are ignored may differ", async () => {
  let runs = 0;
  const build = (): LambdaHandler => {
    const app = createApp();
    const w = app.createWorkflow("w", "Notes a number", {
      only: async (_state, goto) => goto(null, { run: ++runs, same: 1 }),
    });
    app.post("/start", async (_req, res) => res.json(await w.start({}, { id: "i" })));
    return app.init();
  };
  const start = (app: CrashedApp) => app.request("POST", "/start");
  await expect(crashTest(build, { start })).rejects.toMatchObject({ code: "crash-difference" });
  const report = await crashTest(build, { start, ignore: ["run"] });
  expect(report.instances[0]?.state).toEqual({ same: 1 });
});

test("a run that fails without any death is told apart", async () => {
  const expected = (): never => {
    throw new Error("not what I wanted");
  };
  await expect(crashTest(() => shop(), { start: () => {}, expect: expected })).rejects.toMatchObject({
    code: "faulty-baseline",
    message: "Without any death the run fails: not what I wanted",
  });
});

test("a factory that answers one app for every process is refused", async () => {
  const handler = shop();
  await expect(
    crashTest(() => handler, { start: (app) => app.request("POST", "/orders/o1", order) }),
  ).rejects.toMatchObject({ code: "shared-app" });
});
