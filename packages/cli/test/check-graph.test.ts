import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

const repository = join(import.meta.dirname, "../../..");

const flow = (target: string): string => `import { app } from "stephooks";
app.createWorkflow("orders", "Sells", {
  take: async (state, goto) => goto(${JSON.stringify(target)}, state),
  ship: async (_state, goto) => goto(null),
});
export default app.init();
`;

test("check --json tells code, workflow, step, place and message, and fails", async () => {
  const cwd = temporaryApp({ "index.js": flow("shipp") });
  const { code, stdout } = await runCommand(["check", "--json"], { cwd });
  const message = `Step "take" goes to "shipp", which is no step of workflow "orders". Did you mean "ship"? Its steps are: take, ship.`;
  const { findings }: { findings: object[] } = JSON.parse(stdout);
  expect(findings[0]).toEqual({ code: "WF101", workflow: "orders", step: "take", file: "index.js", line: 3, message });
  expect(findings.map((finding) => Object.keys(finding).join())).toEqual(
    findings.map(() => "code,workflow,step,file,line,message"),
  );
  expect(code).toBe(1);
});

test("for people it shows the place in the source; warnings alone do not fail", async () => {
  const unused = flow("ship").replace("ship:", "spare: async (_state, goto) => goto(null),\n  ship:");
  const cwd = temporaryApp({ "index.js": unused });
  const { code, stdout } = await runCommand(["check"], { cwd });
  expect(stdout).toContain("warning WF102  index.js:4:3");
  expect(stdout).toContain("> 4 |   spare:");
  expect(stdout).toContain("0 errors, 1 warning");
  expect(code).toBe(0);
});

test("what stands in the way of a build is a finding, too", async () => {
  const cwd = temporaryApp({ "index.js": `throw new Error("not today");` });
  const { code, stdout } = await runCommand(["check", "--json"], { cwd });
  const message = "The app throws when it is loaded: not today";
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [{ code: "bundle-failed", workflow: "", file: "index.js", message }],
  });
  expect(code).toBe(1);
});

test("a step name that the engine refuses is one finding", async () => {
  const cwd = temporaryApp({
    "index.js": flow("ship").replace("ship:", '"not so": async (_s, goto) => goto(null), ship:'),
  });
  const { findings } = JSON.parse((await runCommand(["check", "--json"], { cwd })).stdout);
  expect(findings.filter(({ code }: { code: string }) => code !== "WF102")).toMatchObject([{ code: "WF108" }]);
});

test("a file that is no program is a finding with its place; graph says the same and fails", async () => {
  const cwd = temporaryApp({ "index.js": flow("ship").replace("state),", "state,") });
  const { code, stderr, stdout } = await runCommand(["check", "--json"], { cwd });
  const message = 'index.js:4:7 cannot be parsed: Unexpected token, expected ",". Correct it.';
  const finding = { code: "unreadable-source", workflow: "", step: "", file: "index.js", line: 4, message };
  expect(JSON.parse(stdout)).toEqual({ findings: [finding] });
  expect([code, stderr]).toEqual([1, ""]);
  expect((await runCommand(["check"], { cwd })).stdout).toContain("> 4 |   ship:");
  const graph = await runCommand(["graph", "--format", "json"], { cwd });
  expect([graph.code, graph.stderr.trim()]).toEqual([1, `unreadable-source: ${message}`]);
});

test("a folder without workflows has an empty graph, a file beside it is told by name", async () => {
  const cwd = temporaryApp({
    "index.js": 'import { app } from "stephooks";\nexport default app.init();\n',
    "other/index.mts": flow("ship"),
  });
  expect((await runCommand(["graph", ".", "--format", "json"], { cwd })).stdout).toBe('{"workflows":[]}\n');
  const { findings, workflows } = {
    ...JSON.parse((await runCommand(["check", "other/index.mts", "--json"], { cwd })).stdout),
    ...JSON.parse((await runCommand(["graph", "other/index.mts", "--format", "json"], { cwd })).stdout),
  };
  expect([findings, workflows.length]).toEqual([[], 1]);
});

test("graph prints every format, of one workflow or all", async () => {
  const cwd = temporaryApp({ "index.js": flow("ship") });
  const json = await runCommand(["graph", "--format", "json"], { cwd });
  expect((await runCommand(["graph", "--json"], { cwd })).stdout).toBe(json.stdout);
  expect(JSON.parse(json.stdout)).toEqual({
    workflows: [
      {
        name: "orders",
        nodes: ["take", "ship"],
        edges: [
          { from: "take", to: "ship", kind: "next" },
          { from: "ship", to: "END", kind: "next" },
        ],
      },
    ],
  });
  expect((await runCommand(["graph", "orders"], { cwd })).stdout).toContain("flowchart TD");
  expect((await runCommand(["graph", "orders", "--format", "svg"], { cwd })).stdout).toMatch(/^<svg .*<\/svg>\n$/s);
  expect((await runCommand(["graph", "index.js", "--format", "dot"], { cwd })).stdout).toMatch(/^digraph "orders"/);
});

test("an unknown workflow is wrong usage, and says which there are", async () => {
  const cwd = temporaryApp({ "index.js": flow("ship") });
  const { code, stderr } = await runCommand(["graph", "order"], { cwd });
  expect(stderr).toContain(`There is no workflow "order". The app has: orders.`);
  expect(code).toBe(2);
});

test("no example app has an error", { timeout: 180_000 }, async () => {
  const apps = readdirSync(join(repository, "apps")).filter((name) => name !== "compat");
  expect(apps.length).toBeGreaterThanOrEqual(3);
  for (const name of apps) {
    const { code, stdout } = await runCommand(["check", `apps/${name}`, "--json"], { cwd: repository });
    expect({ name, code, stdout }).toEqual({ name, code: 0, stdout: expect.any(String) });
  }
});
