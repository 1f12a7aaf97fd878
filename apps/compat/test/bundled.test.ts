import { expect, test, vi } from "vitest";
import { runCase } from "../src/run-case.ts";

vi.setConfig({ testTimeout: 120_000 });

/* What stephooks loads when it is first used must work in the bundle that is deployed, not only from its source. */

const inlineApp = `import { app, Datastore } from "codehooks-js";
const schema = { type: "object", properties: { n: { type: "number" }, at: { type: "string", format: "date" } }, required: ["n"] };
app.post("/notes", async (req, res) => {
  const db = await Datastore.open();
  await db.createCollection("notes", { schema });
  await db.createCollection("newer", { schema: { ...schema, $schema: "https://json-schema.org/draft/2020-12/schema" } });
  try {
    res.status(201).json(await db.insertOne(req.query.in ?? "notes", req.body));
  } catch (error) {
    res.status(400).json({ text: error.message, hasReason: error.schemaError !== undefined });
  }
});
export default app.init();`;

const post = (path: string, body: object, expectStatus: number, expectBody: object) => ({
  method: "POST",
  path,
  headers: { "x-apikey": "{{apikey}}", "content-type": "application/json" },
  body,
  expectStatus,
  expectBody,
});

test("a bundled app checks documents against JSON Schemas", async () => {
  const steps = ["/notes", "/notes?in=newer"].flatMap((path) => [
    post(path, { n: 1, at: "2026-01-31" }, 201, { n: 1 }),
    post(path, { n: "1" }, 400, { text: { $regex: "/n must be number" }, hasReason: true }),
    post(path, { n: 1, at: "January" }, 400, { text: { $regex: 'must match format "date"' } }),
  ]);
  const given = { id: "schemas", repo: "templates", dir: "none", entry: null, env: {}, inlineApp, steps } as const;
  expect(await runCase(given)).toEqual({ outcome: "passed", steps: 6 });
});
