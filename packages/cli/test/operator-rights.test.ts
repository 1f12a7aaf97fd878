import { readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createProgram } from "../src/program.ts";
import { type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

/*
 * The two policies of operators, held against what the verbs call: every verb that takes --stage is run, and what
 * reaches DynamoDB, SQS, S3 and CloudWatch Logs is taken down on the way.
 */

const source = `import { app, Datastore } from "stephooks";
app.createWorkflow("order", "", {
  begin: async (_s, goto) => goto("wait"),
  wait: async (s, goto) => s.fail ? Promise.reject(new Error("no")) : goto(null),
}, { steps: { wait: { maxAttempts: 1 } } });
app.createWorkflow("long", "", { begin: async (_s, goto) => goto("later", { delay: 3_600_000 }), later: async (_s, goto) => goto(null) });
app.worker("mail", async (_req, res) => { res.end(); });
app.job("0 3 * * *", async (_req, res) => { res.end(); }, { name: "nightly" });
app.get("/hello", async (_req, res) => { res.end("hello"); });
app.auth("/hello", (_req, _res, next) => next());
export default app.init();
`;

/** What only looks, in an order in which there is something to look at; then what changes. */
const reading: readonly (readonly string[])[] = [
  ["request", "GET", "/hello"],
  ["workflow", "list", "order"],
  ["workflow", "show", "o-1"],
  ["workflow", "tail", "o-1"],
  ["queue", "list"],
  ["job", "list"],
  ["db", "query", "orders", "--query", '{"total":{"$gt":1}}'],
  ["db", "export", "orders"],
  ["kv", "get", "visits"],
  ["kv", "list"],
  ["files", "ls"],
  ["token", "list"],
  ["logs"],
];
