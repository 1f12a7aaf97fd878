import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { emptyFolder } from "./support/created-app.ts";
import { fakeAws } from "./support/fake-aws.ts";
import { runCommand } from "./support/run-command.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";
import { inTerminal, type TerminalOptions } from "./support/terminal.ts";

/* What is asked on a terminal, and that nobody is asked anything where there is none. */

vi.setConfig({ testTimeout: 120_000 });

const canary = "sk_live_canary_4711";

async function world() {
  const aws = await fakeAws();
  aws.next = { outputs: { ApiUrl: "https://a", TableName: "t" } };
  const cwd = temporaryApp({ "index.ts": greetingApp, "package.json": '{"name":"shop"}' });
  const env = { ...aws.environment, PATH: `/usr/bin:/bin` };
  const stage = ["--stage", "prod"];
  return {
    aws,
    typed: (args: readonly string[], keys: TerminalOptions["keys"] = []) =>
      inTerminal([...args, ...stage], { cwd, env, keys }),
    piped: (args: readonly string[], input = "") => runCommand([...args, ...stage], { cwd, env, input }),
  };
}

const changes = ({ calls }: Awaited<ReturnType<typeof fakeAws>>) =>
  calls.filter(({ action }) => /\.(?:CreateChangeSet|DeleteStack|PutParameter)$/.test(action)).length;

test("deploy asks: no leaves all as it is, Ctrl-C too, yes deploys; remove has the stack's name typed", async () => {
  const { aws, piped, typed } = await world();
  for (const no of ["n", "\u001b[C\r", "\u0003"]) {
    const refused = await typed(["deploy"], [["Deploy shop-prod to account", no]]);
    expect(refused).toMatchObject({ code: 1, screen: expect.stringContaining("not-confirmed: Nothing was done") });
    expect([changes(aws), aws.stacks.size]).toEqual([0, 0]);
  }
  const nobody = await piped(["deploy"]);
  expect(nobody).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/bad-usage: Nobody is here to ask: add --yes /),
  });
  expect([changes(aws), aws.stacks.size]).toEqual([0, 0]);
  expect((await typed(["deploy"], [["Deploy shop-prod to account", "y"]])).code).toBe(0);
  expect([...aws.stacks.keys()]).toEqual(["shop-prod"]);

  const remove = ["remove", "--delete-data"];
  expect(await piped(remove)).toMatchObject({ code: 2, stderr: expect.stringContaining("add --confirm shop-prod") });
  const wrong = await typed(remove, [["Type shop-prod to go on.", "shop\r"]]);
  expect(wrong).toMatchObject({ code: 1, screen: expect.stringContaining("not-confirmed: ") });
  expect(aws.stacks.size).toBe(1);
  expect((await typed(remove, [["Type shop-prod to go on.", "shop-prod\r"]])).code).toBe(0);
  expect(aws.stacks.size).toBe(0);
});

test("env set asks for the value without showing it; without a terminal it is read from standard input", async () => {
  const { aws, piped, typed } = await world();
  const set = await typed(["env", "set", "STRIPE_KEY"], [["Value of STRIPE_KEY", `${canary}\r`]]);
  expect(set.code).toBe(0);
  expect(set.screen).not.toContain(canary);
  expect(aws.parameters.get("/stephooks/shop-prod/env/STRIPE_KEY")?.value).toBe(canary);
  expect((await typed(["env", "set", "STRIPE_KEY"], [["Value of STRIPE_KEY", "\u0003"]])).code).toBe(1);
  expect(aws.parameters.get("/stephooks/shop-prod/env/STRIPE_KEY")?.value).toBe(canary);
  expect((await piped(["env", "set", "STRIPE_KEY"], "other")).code).toBe(0);
  expect(aws.parameters.get("/stephooks/shop-prod/env/STRIPE_KEY")?.value).toBe("other");
});

describe("create", () => {
  test("asks for the folder and the template", async () => {
    const cwd = emptyFolder();
    const keys = [
      ["In which folder?", "shop\r"],
      ["What to begin with?", "\u001b[B\u001b[B\r"],
    ] as const;
    const { code, screen } = await inTerminal(["create"], { cwd, keys });
    expect(code).toBe(0);
    expect(screen).toContain("Created shop from crud.");
    expect(existsSync(join(cwd, "shop/index.ts"))).toBe(true);
  });

  test("makes nothing when it is left, and asks nothing that was said", async () => {
    const cwd = emptyFolder();
    const left = await inTerminal(["create"], { cwd, keys: [["In which folder?", "\u0003"]] });
    expect(left).toMatchObject({ code: 2, screen: expect.stringContaining("Nothing was created.") });
    expect(readdirSync(cwd)).toEqual([]);
    const said = await inTerminal(["create", "app", "--template", "blank", "--no-git"], { cwd });
    expect(said).toMatchObject({ code: 0, screen: expect.not.stringContaining("?\n") });
  });
});
