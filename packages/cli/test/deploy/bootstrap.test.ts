import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { fakeAws } from "../support/fake-aws.ts";
import { runCommand } from "../support/run-command.ts";

vi.setConfig({ testTimeout: 60_000 });

const infra = readFileSync(fileURLToPath(new URL("../../../../infra/bootstrap.yaml", import.meta.url)), "utf8");

test("bootstrap makes the bucket's stack once, keeps its parameter the next time, and prints its template", async () => {
  const aws = await fakeAws();
  aws.next = { outputs: { CodeBucketName: "stephooks-code-123456789012-eu-central-1" } };
  const run = (...args: string[]) => runCommand(["bootstrap", ...args], { env: aws.environment });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^bad-usage: .*--yes/) });
  expect(aws.stacks.size).toBe(0);

  const made = await run("--yes", "--stacks", "shop-*");
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("CodeBucketName  stephooks-code-1234") });
  expect(aws.stacks.get("stephooks-bootstrap")).toMatchObject({ template: infra, parameters: { Stacks: "shop-*" } });

  const again = await run("--yes", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ result: "changed", stack: "stephooks-bootstrap" });
  expect(aws.stacks.get("stephooks-bootstrap")?.parameters).toEqual({ Stacks: "shop-*" });
  expect((await run("--print")).stdout).toBe(infra);
});
