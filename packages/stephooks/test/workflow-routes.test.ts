import type { StandardSchemaV1 } from "@standard-schema/spec";
import { PortError, type PortErrorCode } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { appWorld, field, refusalOf, type WorldOptions } from "./support/app-world.ts";

const nothingMatches: StandardSchemaV1<unknown, Record<string, unknown>> = {
  "~standard": { version: 1, vendor: "by hand", validate: () => ({ issues: [{ message: "no", path: ["a"] }] }) },
};

/** Routes that hand a client's wishes to a workflow and catch nothing. */
async function routes(options?: WorldOptions) {
  const app = createApp();
  const box = app.createWorkflow("box", "Keeps what it is given", {
    keep: async (_state, goto) => goto(null),
  });
  app.createWorkflow("strict", "Takes nothing", { only: () => {} }, { state: nothingMatches });
  app.post("/start", async (req, res) => res.json(await box.start(req.body)));
  app.post("/start/:workflow", async (req, res) => res.json(await box.start(String(req.params["workflow"]), req.body)));
  app.put("/instances/:id", async (req, res) => {
    res.json(await box.start(req.body, { id: String(req.params["id"]), onExists: "error" }));
  });
  app.get("/state/:id", async (req, res) => res.json(await box.getState(req.params["id"])));
  app.get("/instances/:id", async (req, res) => res.json(await box.inspect(req.params["id"])));
  app.delete("/instances/:id", async (req, res) => res.json(await box.cancelWorkflow(req.params["id"])));
  app.post("/bigint", async (_req, res) => res.json(await box.start({ big: 1n })));
  const world = appWorld(app.init(), options);
  if (!options?.intercept) {
    await world.ask("POST", "/start", { _id: "ended" });
    await world.run();
    await world.ask("POST", "/start", { _id: "running" });
  }
  return world;
}

describe("a coded error that a route lets through is answered", () => {
  test.each<[string, string, string, unknown?]>([
    ["400 invalid-id", "POST", "/start", { _id: "no spaces" }],
    ["400 invalid-state", "POST", "/start/strict", { a: 1 }],
    ["400 unknown-workflow", "POST", "/start/boxx", {}],
    ["400 state-not-an-object", "POST", "/start", [1]],
    ["400 state-not-storable", "POST", "/bigint", {}],
    ["404 unknown-instance", "GET", "/state/nobody"],
    ["404 unknown-instance", "GET", "/instances/nobody"],
    ["404 unknown-instance", "DELETE", "/instances/nobody"],
    ["409 instance-exists", "PUT", "/instances/running", {}],
    ["409 already-ended", "DELETE", "/instances/ended"],
    ["413 state-too-large", "POST", "/start", { text: "x".repeat(400_000) }],
  ])("%s: %s %s", async (refusal, method, path, body) => {
    const answer = await (await routes()).ask(method, path, body);
    expect(refusalOf(answer)).toBe(refusal);
    expect(field(answer, "error")).toMatchObject({ message: expect.stringMatching(/\S+ \S+/) });
  });

  test.each<[string, PortErrorCode]>([
    ["503 throttled", "throttled"],
    ["503 unavailable", "unavailable"],
    ["503 timeout", "timeout"],
    ["500 denied", "denied"],
    ["500 missing-resource", "missing-resource"],
  ])("%s when the table or queue fails so", async (refusal, code) => {
    const world = await routes({ intercept: async () => Promise.reject(new PortError(code, "as AWS said it")) });
    const answers = [await world.ask("POST", "/start", {}), await world.ask("GET", "/state/anybody")];
    expect(answers.map(refusalOf)).toEqual([refusal, refusal]);
    const retryAfter = refusal.startsWith("503") ? "1" : undefined;
    for (const { result } of answers) {
      expect((result["headers"] as Record<string, string>)["retry-after"]).toBe(retryAfter);
    }
  });
});

test("the same routes answer who asks rightly", async () => {
  const world = await routes();
  expect(await world.ask("GET", "/state/ended")).toMatchObject({ status: 200, body: { nextStep: null } });
  expect(await world.ask("GET", "/instances/running")).toMatchObject({ status: 200, body: { status: "running" } });
  expect(await world.ask("DELETE", "/instances/running")).toMatchObject({ body: { status: "cancelled" } });
  expect(await world.ask("DELETE", "/instances/running")).toMatchObject({ body: { status: "cancelled" } });
  expect(await world.ask("PUT", "/instances/new", { a: 1 })).toMatchObject({ body: { _id: "new", a: 1 } });
});
