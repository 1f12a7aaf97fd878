import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { fakeAws } from "../support/fake-aws.ts";
import { startDev } from "../support/dev-command.ts";
import { runCommand } from "../support/run-command.ts";
import { greetingApp, temporaryApp, writeFiles } from "../support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

const canary = "sk_live_canary_4711";

async function world() {
  const aws = await fakeAws();
  aws.next = { outputs: { ApiUrl: "https://a", TableName: "t" } };
  const cwd = temporaryApp({ "index.ts": greetingApp, "package.json": '{"name":"shop"}' });
  const env = { ...aws.environment, PATH: "/nowhere" };
  const run = (args: readonly string[], input?: string) =>
    runCommand([...args, "--stage", "prod"], { cwd, env, ...(input === undefined ? {} : { input }) });
  return { aws, cwd, run };
}

test("a variable is kept encrypted, listed without its value, given by deploy alone, and removed", async () => {
  const { aws, cwd, run } = await world();
  const set = await run(["env", "set", "STRIPE_KEY"], `${canary}\n`);
  expect(set).toMatchObject({
    code: 0,
    stdout: "Set STRIPE_KEY. The next stephooks deploy gives it to the functions.\n",
  });
  expect([...aws.parameters]).toEqual([
    ["/stephooks/shop-prod/env/STRIPE_KEY", { value: canary, type: "SecureString" }],
  ]);
  const listed = await run(["env", "list"]);
  expect(listed.stdout).toBe("STRIPE_KEY  2026-11-18T11:06:40.000Z\n");
  const data = await run(["env", "list", "--json"]);
  expect(JSON.parse(data.stdout)).toEqual({ variables: [{ name: "STRIPE_KEY", changedAt: 1_795_000_000_000 }] });

  const deployed = await run(["deploy", "--yes"]);
  expect(deployed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Environment variables\n  + STRIPE_KEY\n"),
  });
  const stack = aws.stacks.get("shop-prod");
  expect(Object.values(stack?.parameters ?? {})).toEqual([canary]);
  const [parameter = ""] = Object.keys(stack?.parameters ?? {});
  expect(stack?.template).toContain(`STRIPE_KEY: !Ref ${parameter}\n`);
  expect(stack?.template).toMatch(new RegExp(`  ${parameter}:\n    Type: String\n    NoEcho: true\n`));

  // Nowhere else: not in what is said, not in what is uploaded, not in what stays on this machine.
  for (const { stderr, stdout } of [set, listed, data, deployed]) expect(stdout + stderr).not.toContain(canary);
  for (const content of aws.objects.values()) expect(content.includes(canary)).toBe(false);
  for (const entry of readdirSync(join(cwd, ".stephooks"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name)).includes(canary)).toBe(false);
  }

  expect((await run(["env", "remove", "STRIPE_KEY"])).code).toBe(0);
  expect(aws.parameters.size).toBe(0);
  const gone = await run(["deploy", "--yes"]);
  expect(gone.stdout).toContain("Environment variables\n  - STRIPE_KEY\n");
  expect(stack?.parameters).toEqual({});
});

describe("env import", () => {
  test("sets every variable of a file, tells only their names, and leaves the others", async () => {
    const { aws, cwd, run } = await world();
    aws.parameters.set("/stephooks/shop-prod/env/OTHER", { value: "stays", type: "SecureString" });
    const file = `# of the bank\nSTRIPE_KEY="${canary}"\nexport MAIL_FROM='a@example.com'\nLINES="one\ntwo"\n`;
    writeFiles(cwd, { ".env.prod": file });
    const { code, stderr, stdout } = await run(["env", "import", ".env.prod", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ set: ["LINES", "MAIL_FROM", "STRIPE_KEY"] });
    expect(Object.fromEntries([...aws.parameters].map(([name, { value }]) => [name.split("/").at(-1), value]))).toEqual(
      {
        OTHER: "stays",
        STRIPE_KEY: canary,
        MAIL_FROM: "a@example.com",
        LINES: "one\ntwo",
      },
    );
    expect(new Set([...aws.parameters.values()].map(({ type }) => type))).toEqual(new Set(["SecureString"]));
  });

  test.each([
    ["GOOD_ONE=1\nAWS_REGION=x\n", "bad-variable", /AWS_REGION cannot be/],
    ["GOOD_ONE=1\nEMPTY_ONE=\n", "bad-variable", /EMPTY_ONE is empty: .*leave the line out/],
    ["# nothing\n", "bad-input", /has no variable: .*NAME=value/],
    [`ONE=${"x".repeat(1_300)}\nTWO=${"y".repeat(1_300)}\n`, "variables-too-large", /26\d\d bytes.*4096/],
    // The one that is there already has as much.
    [`TWO=${"y".repeat(1_300)}\n`, "variables-too-large", /26\d\d bytes.*4096/],
    [undefined, "bad-input", /There is no vars\.env/],
  ])("sets nothing of what it cannot take: %#", async (content, code, says) => {
    const { aws, cwd, run } = await world();
    aws.parameters.set("/stephooks/shop-prod/env/ONE", { value: "x".repeat(1_300), type: "SecureString" });
    if (content !== undefined) writeFiles(cwd, { "vars.env": content });
    const answer = await run(["env", "import", "vars.env"]);
    expect(answer).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(says) });
    expect(answer.stderr).toMatch(new RegExp(`^${code}: `));
    expect(aws.parameters.size).toBe(1);
  });
});

describe("what is refused", () => {
  test.each([
    ["AWS_REGION", "v", "bad-variable", /Lambda sets it itself/],
    ["AWS_ENDPOINT_URL", "v", "bad-variable", /as whom the app calls AWS/],
    ["STEPHOOKS_ACCESS", "open", "bad-variable", /stephooks' own settings/],
    ["LAMBDA_TASK_ROOT", "v", "bad-variable", /Lambda sets it itself/],
    ["_HANDLER", "v", "bad-variable", /Lambda takes a letter/],
    ["1ST", "v", "bad-variable", /Lambda takes a letter/],
    ["A", "v", "bad-variable", /Lambda takes a letter/],
    ["A-B", "v", "bad-variable", /Lambda takes a letter/],
    ["../x", "v", "bad-variable", /Lambda takes a letter/],
    ["EMPTY", "\n", "bad-variable", /is empty/],
    ["LARGE", "x".repeat(4_096), "variables-too-large", /LARGE/],
  ])("env set %s", async (name, value, code, says) => {
    const { aws, run } = await world();
    const answer = await run(["env", "set", name, "--json"], value);
    expect(answer).toMatchObject({ code: 1, stderr: "" });
    const { error }: { error: { code: string; message: string } } = JSON.parse(answer.stdout);
    expect(error).toEqual({ code, message: expect.stringMatching(says) });
    expect(aws.parameters.size).toBe(0);
  });

  test("a value on the command line", async () => {
    const { run } = await world();
    expect(await run(["env", "set", "KEY", canary])).toMatchObject({ code: 2, stdout: "" });
  });

  test("removing what is not there", async () => {
    const { run } = await world();
    expect(await run(["env", "remove", "NOTHING"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^unknown-variable: /),
    });
  });

  test("no stage", async () => {
    const { aws } = await world();
    const answer = await runCommand(["env", "list", "--app", "."], { env: aws.environment });
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringMatching(/--stage/) });
  });

  test("deploying more than Lambda takes, before anything is changed", async () => {
    const { aws, run } = await world();
    for (const name of ["ONE", "TWO"]) {
      aws.parameters.set(`/stephooks/shop-prod/env/${name}`, { value: "x".repeat(1_300), type: "SecureString" });
    }
    const { code, stderr } = await run(["deploy", "--yes"]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^variables-too-large: .*26\d\d bytes.*4096/),
    });
    expect(aws.objects.size).toBe(0);
  });
});

test("dev reads .env, which no build and no deployment has", async () => {
  const app = `import { app } from "stephooks";
app.auth("/*", (_req, _res, next) => next());
app.get("/key", (_req, res) => { res.json({ key: process.env.STRIPE_KEY ?? null, kept: process.env.KEPT }); });
export default app.init();
`;
  const { aws } = await world();
  const cwd = temporaryApp({
    "index.ts": app,
    "package.json": '{"name":"shop"}',
    ".env": `# a comment\nSTRIPE_KEY="${canary}"\nKEPT=file\n`,
  });
  const dev = await startDev([".", "--fresh"], { cwd, env: { KEPT: "shell" } });
  try {
    expect(await (await fetch(`${dev.url}/key`)).json()).toEqual({ key: canary, kept: "shell" });
  } finally {
    await dev.stop();
  }
  const built = await runCommand(["build", "--out", "out"], { cwd, env: { PATH: "/nowhere" } });
  expect(built.code).toBe(0);
  expect(
    (await runCommand(["deploy", "--stage", "prod", "--yes"], { cwd, env: { ...aws.environment, PATH: "/nowhere" } }))
      .code,
  ).toBe(0);
  expect(aws.objects.size).toBe(2);
  for (const content of aws.objects.values()) expect(content.includes(canary)).toBe(false);
  for (const entry of readdirSync(join(cwd, "out"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name)).includes(canary)).toBe(false);
  }
  expect(existsSync(join(cwd, "out/app/.env"))).toBe(false);
});
