import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { becomes, letterOf, started } from "./support/instance-letters.ts";
import { type Answered, type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

/** Payments have keys that nobody is to see; what is brief keeps little. */
const shop = `import { app } from "stephooks";
const payment = app.createWorkflow("payment", "A payment", {
  prepare: (state, goto) => goto("charge", { token: "t-4711", tries: 1, note: "n".repeat(80) }),
  charge: (state, goto) => {
    if (state.broken) throw new Error("no connection");
    goto("ship", { paid: true, tries: state.tries + 1, token: undefined, card: "c-1" });
  },
  ship: (state, goto) => goto(null, { card: "c-2" }),
}, { maxRetries: 0, redact: ["token", "card"] });
const brief = app.createWorkflow("brief", "Keeps little", {
  only: (state, goto) => goto(null, { done: true }),
}, { history: "recent", redact: ["card"] });
app.post("/payments", async (req, res) => { res.json(await payment.start(req.body)); });
app.post("/brief", async (req, res) => { res.json(await brief.start(req.body)); });
app.post("/orders", async (req, res) => { res.json(await order.start(req.body)); });
app.post("/flaky", async (req, res) => { res.json(await flaky.start(req.body)); });
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

  test("show and tail say what each transition changed, and of marked keys only that", async () => {
    const id = await started(shopApp, "/payments", { order: 7 }, "D");
    const { stdout } = await run(["workflow", "show", id]);
    const [, timeline = "", state = ""] = /\n\n([^]*)\nState\n([^]*)/.exec(stdout) ?? [];
    const note = `"${"n".repeat(47)}…`;
    const changes = timeline.split("\n").filter((line) => !/^ +\d/.test(line));
    expect(changes).toEqual([
      `     + token: …   + tries: 1   + note: ${note}`,
      "     + paid: true   ~ tries: 1 → 2   + card: …   - token",
      "     ~ card: … → …",
      "",
    ]);
    expect(timeline).toMatch(/1 {2}prepare → charge .*\n.*\n {2}2 {2}charge → ship .*\n.*\n {2}3 {2}ship {2}/);
    expect(JSON.parse(state)).toMatchObject({ order: 7, paid: true, card: "…" });
    const shown = await run(["workflow", "show", id, "--json"]);
    expect(json(shown).history[1].changes).toEqual([
      { key: "paid", after: "true" },
      { key: "tries", before: "1", after: "2" },
      { key: "card", after: "…" },
      { key: "token", before: "…" },
    ]);
    const tailed = await run(["workflow", "tail", id]);
    expect(tailed.stdout).toMatch(/ {2}charge {2}goto .*\n {4}\+ paid: true {3}~ tries: 1 → 2/);
    for (const text of [stdout, shown.stdout, tailed.stdout]) expect(text).not.toMatch(/t-4711|c-[12]/);
    // It is in the state, where the app needs it, and nowhere in the history.
    const item = await shopApp.item(`i#${id}`, "a");
    expect(item?.h?.S).not.toMatch(/t-4711|c-[12]/);
  });

  test("show of an instance that keeps no changes draws its timeline, and says how it would", async () => {
    const id = await started(shopApp, "/brief", { card: "c-3" }, "D");
    const { stdout } = await run(["workflow", "show", id]);
    expect(stdout).toMatch(
      / {2}1 {2}only {4}end .*\n {2}what each changed .* is not kept \(history: "changes" keeps it\)\n/,
    );
    expect(stdout).not.toContain("c-3");
    expect(json(await run(["workflow", "show", id, "--json"])).history[0]).not.toHaveProperty("changes");
    expect((await shopApp.item(`i#${id}`, "a"))?.["hc"]).toBeUndefined();
  });

  test("retry --from goes on from another step with the stored state; one that is none is named with those there are", async () => {
    const id = await started(shopApp, "/payments", { broken: true }, "F");
    const misspelled = await run(["workflow", "retry", id, "--from", "chrage", "--json"]);
    expect([misspelled.code, json(misspelled)]).toEqual([
      1,
      {
        error: {
          code: "unknown-step",
          message: 'Workflow "payment" has no step "chrage". Its steps are prepare, charge, ship.',
        },
      },
    ]);
    expect(await letterOf(shopApp, id)).toBe("F");
    const retried = await run(["workflow", "retry", id, "--from", "ship"]);
    expect(retried).toMatchObject({ code: 0, stdout: `${id}  payment  tried again, at step ship\n` });
    await becomes(shopApp, id, "D");
    const { history, state } = json(await run(["workflow", "show", id, "--json"]));
    expect(history.map(({ outcome, step }: { outcome: string; step: string }) => `${step} ${outcome}`)).toEqual([
      "prepare goto",
      "charge fail",
      "charge restart",
      "ship end",
    ]);
    expect(state).toMatchObject({ broken: true, tries: 1 });
    expect(await run(["workflow", "retry", id, "--from", "ship"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^not-failed: /),
    });
  });
});

test("in production a verb changes something only with --write", async () => {
  const id = await started(shopApp, "/payments", { broken: true }, "F");
  const retry = ["workflow", "retry", id, "--from", "ship", "--stack", "shop-prod"];
  expect(await shopApp.deployed(retry)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^needs-write: /) });
  expect(await letterOf(shopApp, id)).toBe("F");
  expect(await shopApp.deployed(["workflow", "show", id, "--stack", "shop-prod"])).toMatchObject({ code: 0 });
  expect(await shopApp.deployed([...retry, "--write"])).toMatchObject({ code: 0 });
  await becomes(shopApp, id, "D");
});
