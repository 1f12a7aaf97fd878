import { expect, test, vi } from "vitest";
import { type FakeAws, fakeAws } from "./support/fake-aws.ts";
import { runCommand } from "./support/run-command.ts";
import { emptyFolder } from "./support/created-app.ts";

vi.setConfig({ testTimeout: 60_000 });

/* What a verb with --stack says of a stack that is not what it needs: code, reason and way out, exit code 1. */

const queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-prod";

/** What every stack of the template tells. The port is one that nothing listens on. */
const outputs = {
  ApiUrl: "http://127.0.0.1:9",
  TableName: "shop-prod-Table-1",
  StepQueueUrl: `${queue}-StepQueue-1`,
  StepDeadLetterQueueUrl: `${queue}-StepDeadLetterQueue-1`,
};

const whole = { status: "CREATE_COMPLETE", outputs };

function put(aws: FakeAws, given: { readonly status: string; readonly outputs: Record<string, string> }): void {
  const id = "arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-prod/1";
  const empty = { parameters: {}, tags: {}, resources: [], template: "" };
  aws.stacks.set("shop-prod", { name: "shop-prod", id, ...empty, ...given });
}

test.each([
  {
    code: "stack-not-ready",
    stack: { status: "CREATE_IN_PROGRESS", outputs: {} },
    args: ["kv", "get", "visits"],
    says: /shop-prod is CREATE_IN_PROGRESS and has no output TableName: deploy it first/,
  },
  {
    code: "not-stephooks",
    stack: { status: "CREATE_COMPLETE", outputs: { WebsiteUrl: "https://x" } },
    args: ["queue", "list"],
    says: /shop-prod has no output TableName: it was not made from the template.*--stack/,
  },
  { code: "not-stephooks", stack: whole, args: ["logs"], says: /shop-prod has no log groups/ },
  {
    code: "no-job-queue",
    stack: whole,
    args: ["queue", "peek", "jobs"],
    says: /shop-prod has no queue for jobs: .*app\.worker/,
  },
  { code: "no-bucket", stack: whole, args: ["files", "ls"], says: /shop-prod has no bucket: .*Deploy it again/ },
  {
    code: "unreachable",
    stack: whole,
    args: ["request", "GET", "/orders"],
    says: /http:\/\/127\.0\.0\.1:9 of shop-prod does not answer \(.+\)\. Is it running/,
  },
])("$code by $args", async ({ args, code, says, stack }) => {
  const aws = await fakeAws();
  put(aws, stack);
  const command = [...args, "--stack", "shop-prod"];
  const run = (...more: string[]) => runCommand([...command, ...more], { cwd: emptyFolder(), env: aws.environment });
  const [text, data] = await Promise.all([run(), run("--json")]);
  expect(text).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(says) });
  expect(text.stderr).toMatch(new RegExp(`^${code}: `));
  expect(data).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(data.stdout)).toEqual({ error: { code, message: expect.stringMatching(says) } });
});
