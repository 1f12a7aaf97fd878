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

test.each([
  {
    code: "change-refused",
    next: { refused: "Parameter Stacks failed to satisfy constraint" },
    says: /^change-refused: CloudFormation refuses the change of stephooks-bootstrap: Parameter Stacks failed/m,
  },
  {
    code: "deploy-failed",
    next: {
      status: "DELETE_COMPLETE",
      events: [
        {
          logicalId: "CodeBucket",
          type: "AWS::S3::Bucket",
          status: "CREATE_FAILED",
          reason: "stephooks-code-123456789012-eu-central-1 already exists",
        },
      ],
    },
    says: /^deploy-failed: stephooks-bootstrap is DELETE_COMPLETE\. .*Mend this.*\n  CodeBucket \(AWS::S3::Bucket\): .*already exists$/m,
  },
])("bootstrap ends with $code and CloudFormation's own words", async ({ next, says }) => {
  const aws = await fakeAws();
  aws.next = next;
  const { code, stderr, stdout } = await runCommand(["bootstrap", "--yes"], { env: aws.environment });
  expect({ code, stderr, stdout }).toEqual({ code: 1, stderr: expect.stringMatching(says), stdout: "" });
});

test("a bootstrap that is being made, or was not made to the end, is not touched", async () => {
  const aws = await fakeAws();
  const run = () => runCommand(["bootstrap", "--yes"], { env: aws.environment });
  expect((await run()).code).toBe(0);
  const stack = aws.stacks.get("stephooks-bootstrap");
  if (stack === undefined) throw new Error("no stack");
  for (const [status, code] of [
    ["UPDATE_IN_PROGRESS", "stack-busy"],
    ["ROLLBACK_COMPLETE", "stack-stuck"],
  ] as const) {
    stack.status = status;
    expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining(`${code}: stephooks-bootstrap`) });
  }
});
