import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { expectDocumented } from "./support/documented-shapes.ts";
import { emptyFolder } from "./support/created-app.ts";
import { fakeAws } from "./support/fake-aws.ts";
import { hasOption, leaves } from "./support/leaves.ts";
import { runCommand, type RunOptions } from "./support/run-command.ts";
import { greetingApp, temporaryApp, writeFiles } from "./support/temporary-app.ts";

/*
 * The JSON of commands that need no running app is as the page about the command line says. each-verb.test.ts says the
 * same of the others, preview.test.ts of preview, and every test with a running dev of what that prints.
 */

vi.setConfig({ testTimeout: 120_000 });

const seen = new Set<string>();

async function printed(command: string, args: readonly string[], options: RunOptions, code = 0): Promise<unknown> {
  const answer = await runCommand([...command.split(" "), ...args, "--json"], options);
  expect(answer.code, answer.stdout + answer.stderr).toBe(code);
  const data: unknown = JSON.parse(answer.stdout);
  expect(answer.stdout).toBe(`${JSON.stringify(data)}\n`);
  expectDocumented(command, data);
  seen.add(command);
  return data;
}

const orders = `app.createWorkflow("orders", "", {
  begin: async (_state, goto) => goto("stop"),
  ship: async (_state, goto) => goto(null),
});
export default`;

test("commands on a folder", async () => {
  const cwd = emptyFolder();
  expect(await printed("create", ["shop"], { cwd })).toMatchObject({ template: "blank", git: true });
  expect(await printed("init", ["shop", "--template", "blank"], { cwd })).toMatchObject({ written: [] });
  const app = temporaryApp({ "index.ts": greetingApp.replace("export default", orders) });
  const at = { cwd: app };
  expect(await printed("doctor", [], at, 1)).toMatchObject({ findings: [{ code: "package-json-missing" }, {}] });
  expect(await printed("routes", [], at)).toMatchObject({ routes: [{ method: "GET", path: "/hello" }] });
  expect(await printed("check", [], at, 1)).toMatchObject({ findings: [{ workflow: "orders", line: 4 }, {}] });
  expect(await printed("graph", [], at)).toMatchObject({ workflows: [{ name: "orders", nodes: ["begin", "ship"] }] });
  expect(await printed("build", [], at)).toMatchObject({ template: ".stephooks/build/template.yaml" });
  const line = { time: new Date().toISOString(), process: "http", level: "info", event: "output", text: "hello" };
  const logged = temporaryApp({ "index.ts": greetingApp, ".stephooks/log.jsonl": `${JSON.stringify(line)}\n` });
  expect(await printed("logs", [], { cwd: logged })).toEqual(line);
});

test("commands on a stack", async () => {
  const aws = await fakeAws();
  aws.next = { outputs: { ApiUrl: "https://a", TableName: "t" } };
  const cwd = temporaryApp({ "index.ts": greetingApp, "package.json": '{"name":"shop"}' });
  const on = (command: string, ...args: string[]) =>
    printed(command, args, { cwd, env: { ...aws.environment, PATH: join(cwd, "bin") }, input: "value" });
  const stage = ["--stage", "prod"];
  expect(await on("bootstrap", "--yes")).toMatchObject({ result: "changed" });
  expect(await on("env set", "KEY", ...stage)).toEqual({ set: "KEY" });
  writeFiles(cwd, { "more.env": "KEY=value\n" });
  expect(await on("env import", "more.env", ...stage)).toEqual({ set: ["KEY"] });
  expect(await on("env list", ...stage)).toMatchObject({ variables: [{ name: "KEY" }] });
  expect(await on("env remove", "KEY", ...stage)).toEqual({ removed: "KEY" });
  expect(await on("deploy", "--dry-run", ...stage)).toMatchObject({ plan: { stack: "shop-prod" } });
  expect(await on("deploy", "--yes", ...stage)).toMatchObject({ result: "changed", url: "https://a" });
  expect(await on("diff", ...stage)).toMatchObject({ changed: false });
  expect(await on("remove", "--yes", ...stage)).toMatchObject({ removed: "shop-prod" });
});

test("these were all that look at no running app", () => {
  const elsewhere = leaves.filter(
    (leaf) =>
      (hasOption(leaf, "--app") && !/^(?:graph|logs|env .*)$/.test(leaf.words)) || /^(?:dev|preview)$/.test(leaf.words),
  );
  const all = leaves.filter((leaf) => hasOption(leaf, "--json") && !elsewhere.includes(leaf));
  expect([...seen].toSorted()).toEqual(all.map(({ words }) => words).toSorted());
});
