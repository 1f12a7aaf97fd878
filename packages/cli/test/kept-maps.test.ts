import { execFile } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startDeployed } from "@stephooks/local/deployed";
import { expect, onTestFinished, test, vi } from "vitest";
import { keepMaps } from "../src/maps/keep-maps.ts";
import { fakeAws } from "./support/fake-aws.ts";
import { fakeLogs } from "./support/fake-logs.ts";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

/* The source maps that `build` keeps in the app's folder, and the stacks of deployed code that they are read with. */

const app = `import { app } from "stephooks";
import { refuse } from "./lib/bank.ts";

app.auth("/*", (_req, _res, next) => next());
const order = app.createWorkflow("order", "Fails", {
  pay: () => refuse("the bank said no"),
});
order.configure({ maxRetries: 0 });
app.post("/orders", async (req, res) => { res.json(await order.start(req.body)); });
if (process.env.FAIL_AT_START) refuse("not today");
export default app.init();
`;

const bank = `interface Refusal {
  readonly reason: string;
}

export function refuse(reason: Refusal["reason"]): never {
  throw new Error(reason);
}
`;

interface Report {
  readonly bundle: string;
  readonly template: string;
  readonly maps: { readonly folder: string; readonly bytes: number; readonly shipped: boolean };
}

const newApp = (): string =>
  temporaryApp({ "index.ts": app, "lib/bank.ts": bank, "package.json": '{"name":"shop","type":"module"}' });

async function built(cwd: string, ...options: readonly string[]): Promise<Report> {
  const { code, stderr, stdout } = await runCommand(["build", "--json", ...options], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const report: Report = JSON.parse(stdout);
  return { ...report, template: join(cwd, report.template) };
}

/** What the built code prints when it throws as it is loaded. */
async function failed({ bundle }: Report): Promise<string> {
  const run = promisify(execFile)(process.execPath, [bundle], { env: { ...process.env, FAIL_AT_START: "1" } });
  return run.then(
    () => "it did not fail",
    ({ stderr }: { stderr: string }) => stderr,
  );
}

test("build keeps maps beside the code and not in it, under a name that stacks tell and that the content makes", async () => {
  const cwd = newApp();
  const report = await built(cwd);
  const { bytes, folder, shipped } = report.maps;
  const name = /build-[0-9a-f]{12}$/.exec(folder)?.[0] ?? "none";
  expect(folder).toBe(join(cwd, ".stephooks/maps", name));
  expect({ shipped, isLarge: bytes > 10_000 }).toEqual({ shipped: false, isLarge: true });
  expect(readdirSync(folder)).toContain("index.mjs.map");
  const sent = readdirSync(join(cwd, ".stephooks/build"), { recursive: true, encoding: "utf8" });
  expect(sent.filter((path) => path.endsWith(".map"))).toEqual([]);
  expect(readFileSync(report.template, "utf8")).not.toContain("NODE_OPTIONS");
  const { stdout } = await runCommand(["build"], { cwd });
  expect(stdout).toMatch(
    new RegExp(String.raw`^\.stephooks/maps/${name}  [\d.]+ KB of source maps, not shipped$`, "m"),
  );

  // As Lambda runs it: without options of Node.
  expect(await failed(report)).toContain(`at refuse (${name}/index.mjs:`);

  // The same sources elsewhere are the same build; other lines are another one, whose maps do not take the place of these.
  expect((await built(newApp())).maps.folder).toMatch(new RegExp(`${name}$`));
  writeFileSync(join(cwd, "lib/bank.ts"), `\n${bank}`);
  const other = await built(cwd);
  expect(other.maps.folder).not.toBe(folder);
  expect(existsSync(folder)).toBe(true);

  // Shipped maps are for Node, which looks for them where the file is.
  const code = readFileSync((await built(cwd, "--source-maps")).bundle, "utf8");
  expect(code).not.toContain("sourceURL");
});

test("the stack of a deployed step names file and line, with the code that was deployed", async () => {
  const cwd = newApp();
  const { template } = await built(cwd);
  const deployed = await startDeployed({ template, output: "ignore" });
  onTestFinished(() => deployed.stop());
  const { resources, url } = deployed;
  const started = await fetch(`${url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const { _id: id }: { _id: string } = JSON.parse(await started.text());
  const aws = await fakeAws();
  aws.stacks.set("shop-test", {
    name: "shop-test",
    id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-test/1",
    status: "CREATE_COMPLETE",
    ...{ template: "", parameters: {}, tags: {}, resources: [] },
    outputs: {
      ApiUrl: url,
      TableName: resources.table,
      StepQueueUrl: resources.stepQueueUrl,
      StepDeadLetterQueueUrl: resources.stepDeadLetterUrl,
    },
  });
  const endpoints = Object.entries(deployed.environment).filter(([name]) => name.startsWith("AWS_ENDPOINT_URL_"));
  const show = (...more: readonly string[]) =>
    runCommand(["workflow", "show", id, "--stage", "test", ...more], {
      cwd,
      env: { ...aws.environment, ...Object.fromEntries(endpoints) },
    });
  await expect.poll(async () => (await show()).stdout, { timeout: 60_000 }).toContain("failed at step pay");
  // What is on the disk is no longer what runs there.
  writeFileSync(join(cwd, "lib/bank.ts"), "\n".repeat(20));
  const { stdout } = await show();
  expect(stdout).toMatch(/lib\/bank\.ts:6:\d+:\n +6 │ {3}throw new Error\(reason\);\n +╵ +\^/);
  const { error } = JSON.parse((await show("--json")).stdout);
  expect(error.stack).toMatch(
    new RegExp(
      String.raw`at refuse \(${cwd}/lib/bank\.ts:6:\d+\)\n +at (?:pay|Object\.pay) \(${cwd}/index\.ts:6:\d+\)`,
    ),
  );

  // Without its maps a stack stays as it is.
  rmSync(join(cwd, ".stephooks/maps"), { recursive: true });
  expect(JSON.parse((await show("--json")).stdout).error.stack).toMatch(
    /at refuse \(build-[0-9a-f]{12}\/index\.mjs:\d+:/,
  );
});

test("logs of a deployed app name file and line of what was logged and of what was printed", async () => {
  const cwd = newApp();
  const report = await built(cwd);
  const printed = await failed(report);
  const stack = /^Error: not today\n(?: +at .*\n)+/m.exec(printed)?.[0].trimEnd() ?? "none";
  const events = [
    { eventId: "1", timestamp: 1_000, message: JSON.stringify({ level: "error", event: "request failed", stack }) },
    { eventId: "2", timestamp: 2_000, message: `2026-11-23T10:00:00.000Z\tr-1\tERROR\t${stack}\n` },
    // Somebody else's build, and what nobody built.
    {
      eventId: "3",
      timestamp: 3_000,
      message: "2026-11-23T10:00:00.000Z\tr-1\tINFO\tat build-0123456789ab/index.mjs:1:1",
    },
    {
      eventId: "4",
      timestamp: 4_000,
      message: "2026-11-23T10:00:00.000Z\tr-1\tINFO\tat build-0123456789ab/../../../index.mjs:1:1",
    },
  ];
  const service = await fakeLogs(events);
  const aws = await fakeAws();
  aws.stacks.set("shop-test", {
    name: "shop-test",
    id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-test/1",
    status: "CREATE_COMPLETE",
    ...{ template: "", parameters: {}, tags: {} },
    resources: [["HttpLogGroup", "AWS::Logs::LogGroup", "/aws/lambda/shop-test-Http"]],
    outputs: {
      ...{ ApiUrl: "http://127.0.0.1:9", TableName: "t" },
      StepQueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/q",
      StepDeadLetterQueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/d",
    },
  });
  const logs = async (...more: readonly string[]): Promise<string> => {
    const env = { ...aws.environment, ...service.environment };
    const { code, stdout } = await runCommand(["logs", "--stage", "test", "--since", "30000d", ...more], { cwd, env });
    expect(code).toBe(0);
    return stdout;
  };
  const text = await logs();
  expect(text).toMatch(
    /request failed\n✘ \[ERROR\] Error: not today\n\n +lib\/bank\.ts:6:\d+:\n +6 │ {3}throw new Error\(reason\);\n +╵ +\^\nError: not today\n +at refuse \(\S+\/lib\/bank\.ts:6:\d+\)\n +at \S*index\.ts:10:\d+/,
  );
  const lines = (await logs("--json"))
    .trim()
    .split("\n")
    .map((line): Record<string, string> => JSON.parse(line));
  expect(lines[0]?.["stack"]).toContain(`at refuse (${join(cwd, "lib/bank.ts")}:6:`);
  expect(lines[1]?.["text"]).toContain(`at refuse (${join(cwd, "lib/bank.ts")}:6:`);
  expect(lines[2]?.["text"]).toBe("at build-0123456789ab/index.mjs:1:1");
  expect(lines[3]?.["text"]).toBe("at build-0123456789ab/../../../index.mjs:1:1");

  // A map that is damaged is none.
  appendFileSync(join(report.maps.folder, "index.mjs.map"), "}");
  expect(await logs()).toContain(`at refuse (${report.maps.folder.split("/").at(-1)}/index.mjs:`);
});

test("maps of the newest twenty builds are kept", () => {
  const cwd = temporaryApp({});
  const target = join(cwd, "maps");
  const made = Array.from({ length: 21 }, (_, index) => {
    const map = JSON.stringify({ version: 3, sources: [`${index}.ts`], names: [], mappings: "AAAA" });
    const files = [
      { name: "index.mjs", text: `${index};\n`, isStart: true },
      { name: "index.mjs.map", text: map, isStart: false },
    ];
    const { maps } = keepMaps(files, cwd, target);
    // One second after the other, long ago.
    utimesSync(maps.folder, 1_000 + index, 1_000 + index);
    return maps.folder;
  });
  expect(made.filter((folder) => !existsSync(folder))).toEqual([made[0]]);
});
