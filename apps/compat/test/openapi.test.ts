import { expect, test, vi } from "vitest";
import { runCase } from "../src/run-case.ts";

vi.setConfig({ testTimeout: 120_000 });

/* An app as the documentation of codehooks-js shows them, bundled and asked through the local stack. */

const app = `import { app, openapi, response, body, param, query, header } from "codehooks-js";
const todo = { type: "object", properties: { title: { type: "string" } }, required: ["title"] };
app.get("/health", openapi({ summary: "Health check", tags: ["System"], responses: { 200: { description: "OK" } } }),
  (req, res) => res.json({ status: "ok" }));
app.post("/todos/:list", openapi({
  summary: "Adds one",
  parameters: [param("list"), query("top", { schema: { type: "boolean" } }), header("x-trace")],
  requestBody: body(todo, { description: "What to do" }),
  responses: { 201: response("Added", todo), 400: response("Wrong") },
}), (req, res) => res.status(201).json(req.body));
app.crudlify({ todos: todo });
app.openapi({ info: { title: "Todos", version: "1.2.3" }, filter: (op) => op.method !== "delete" }, "/docs");
export default app.init();`;

const get = (path: string, expectStatus: number | number[], expectBody: unknown, headers = {}) => ({
  method: "GET",
  path,
  headers,
  expectStatus,
  expectBody,
});
const key = { "x-apikey": "{{apikey}}" };

test("an app of codehooks-js with app.openapi and its helpers runs as it is", async () => {
  const document = {
    openapi: "3.0.3",
    info: { title: "Todos", version: "1.2.3" },
    security: [{ apiKey: [] }],
    paths: {
      "/health": { get: { summary: "Health check", tags: ["System"] } },
      "/todos/{list}": { post: { summary: "Adds one", requestBody: { required: true, description: "What to do" } } },
      "/todos": { get: { operationId: "listTodos" }, post: { operationId: "createTodo" } },
      "/todos/_byquery": { patch: { operationId: "updateManyTodos" } },
    },
  };
  const steps = [
    get("/openapi.json", 200, document, key),
    get("/dev/openapi.json", 200, { servers: [{ url: "/dev" }] }, key),
    get("/docs", 200, { $regex: "swagger-ui-bundle.js" }, key),
    get("/docs", 401, { error: { code: "unauthorized" } }),
    get("/health", 200, { status: "ok" }, key),
  ];
  const given = { id: "openapi", repo: "templates", dir: "none", entry: null, env: {}, inlineApp: app, steps } as const;
  expect(await runCase(given)).toEqual({ outcome: "passed", steps: 5 });
});
