import { expect, test, vi } from "vitest";
import { createAwsClients, dynamodbApiKeyStore } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { startEmulators } from "@stephooks/emulators";
import { type FakeAws, fakeAws } from "../support/fake-aws.ts";
import { runCommand } from "../support/run-command.ts";
import { greetingApp, temporaryApp, writeFiles } from "../support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

async function deployed(extra: Readonly<Record<string, string>> = {}, table = "shop-prod-Table-1") {
  const aws = await fakeAws();
  aws.next = { outputs: { ApiUrl: "https://a", TableName: table } };
  aws.parameters.set("/stephooks/shop-prod/env/KEY", { value: "v", type: "SecureString" });
  const cwd = temporaryApp({ "index.ts": greetingApp, "package.json": '{"name":"shop"}' });
  const env = { ...aws.environment, ...extra, PATH: "/nowhere" };
  const run = (...args: string[]) => runCommand([...args, "--stage", "prod"], { cwd, env });
  expect((await run("deploy", "--yes")).code).toBe(0);
  const stack = aws.stacks.get("shop-prod");
  if (stack === undefined) throw new Error("not deployed");
  stack.resources = [
    ["Table", "AWS::DynamoDB::Table", table],
    ["HttpFunction", "AWS::Lambda::Function", "shop-prod-HttpFunction-1"],
  ];
  return { aws, cwd, run };
}

const deletions = ({ calls }: FakeAws): number =>
  calls.filter(({ action }) => action === "cloudformation.DeleteStack").length;

test("the stack goes, the data stay and are named", async () => {
  const { aws, run } = await deployed();
  const { code, stderr, stdout } = await run("remove", "--yes");
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining("1 resources go.\n  AWS::DynamoDB::Table shop-prod-Table-1: stays\n"),
  });
  expect(stdout).toContain("Kept, and paid for as long as it is there:\n  AWS::DynamoDB::Table shop-prod-Table-1\n");
  expect(aws.stacks.has("shop-prod")).toBe(false);
  expect(aws.parameters.size).toBe(1);
});

test("a resource that cannot be removed is told in its own words, and no data are deleted", async () => {
  const { aws, run } = await deployed();
  aws.next = {
    status: "DELETE_FAILED",
    events: [
      { logicalId: "HttpRole", type: "AWS::IAM::Role", status: "DELETE_FAILED", reason: "Cannot delete entity" },
    ],
  };
  const { code, stderr, stdout } = await run("remove", "--delete-data", "--confirm", "shop-prod");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^remove-failed: shop-prod is DELETE_FAILED\. Its data are untouched\. .*again:\n  HttpRole \(AWS::IAM::Role\): Cannot delete entity$/m,
  );
  expect(aws.parameters.size).toBe(1);
});

test("what a failed first deployment took back is not said to stay", async () => {
  const { aws, run } = await deployed();
  const stack = aws.stacks.get("shop-prod");
  if (stack === undefined) throw new Error("not deployed");
  stack.status = "ROLLBACK_COMPLETE";
  stack.resources = [["Table", "AWS::DynamoDB::Table", "shop-prod-Table-1", "DELETE_COMPLETE"]];
  const { code, stderr, stdout } = await run("remove", "--yes");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "shop-prod is removed.\n" });
  expect(stderr).toContain("shop-prod (ROLLBACK_COMPLETE): 0 resources go.\n");
  expect(stderr).not.toContain("AWS::DynamoDB::Table");
});

test("data that cannot be deleted once the stack is gone are named: no command finds them any more", async () => {
  const { aws, run } = await deployed({ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" });
  const { code, stderr } = await run("remove", "--delete-data", "--confirm", "shop-prod");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^remove-failed: shop-prod is removed, but .*\n  AWS::DynamoDB::Table shop-prod-Table-1: .+$/m,
  );
  expect(aws.stacks.has("shop-prod")).toBe(false);
  expect(aws.parameters.size).toBe(0);
});

test("--delete-data deletes them after the stack, when its name was typed", async () => {
  const emulators = await startEmulators();
  try {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const clients = createAwsClients({ environment: emulators.environment, region: "eu-central-1", credentials });
    const timings = { functionTimeout: 1, visibilityTimeout: 60 };
    const { AWS_ENDPOINT_URL_DYNAMODB = "" } = emulators.environment;
    const { table } = await provisionStack({ clients, name: "shop-prod", timings });
    const { aws, run } = await deployed({ AWS_ENDPOINT_URL_DYNAMODB }, table);

    for (const args of [["--yes"], ["--yes", "--confirm", "shop"]]) {
      const refused = await run("remove", "--delete-data", ...args);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/^(?:bad-usage: .*--confirm shop-prod|not-confirmed: .*shop is not shop-prod)/m);
    }
    expect(deletions(aws)).toBe(0);
    expect(await dynamodbApiKeyStore(clients.dynamodb, table).list()).toEqual([]);

    const { code, stdout } = await run("remove", "--delete-data", "--confirm", "shop-prod", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      removed: "shop-prod",
      deleted: [{ logicalId: "Table", physicalId: table, type: "AWS::DynamoDB::Table" }],
      kept: [],
      variables: 0,
    });
    expect(aws.parameters.size).toBe(0);
    await expect(dynamodbApiKeyStore(clients.dynamodb, table).list()).rejects.toMatchObject({
      code: "missing-resource",
    });
    clients.dynamodb.destroy();
    clients.sqs.destroy();
  } finally {
    await emulators.stop();
  }
});

test("it asks, a stack that is not there is told, and diff shows what would change without changing it", async () => {
  const { aws, cwd, run } = await deployed();
  expect(await run("remove")).toMatchObject({ code: 2, stderr: expect.stringMatching(/bad-usage: .*--yes/) });
  expect(deletions(aws)).toBe(0);
  const other = await run("remove", "--yes", "--stack", "shop-test");
  expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unknown-stack: .*shop-test.*eu-central-1/) });

  const same = await run("diff");
  expect(same.stdout).toMatch(/\nNothing but the code changes\.\n$/);
  writeFiles(cwd, {
    "index.ts": greetingApp.replace(
      "export default",
      `app.job("0 3 * * *", async () => {});\napp.worker("mail", async () => {});\nexport default`,
    ),
  });
  const before = aws.calls.length;
  const { code, stdout } = await run("diff");
  expect(code).toBe(0);
  expect(stdout).toContain("Queues\n  + JobQueue ");
  expect(stdout).toMatch(/\n  \+ worker mail +JobQueue, \d+ at the same time\n/);
  expect(stdout).toMatch(/\nSchedules\n  \+ \S+ +0 3 \* \* \* \S+\n/);
  expect(stdout).toMatch(/\n  \+ HttpRole on JobQueue\.Arn +sqs:SendMessage\n/);
  expect(stdout).not.toContain("GET /hello");
  const data: Record<string, unknown> = JSON.parse((await run("diff", "--json")).stdout);
  expect(data).toMatchObject({ changed: true, compared: true, stack: "shop-prod" });
  // It only reads.
  const writing = /\.(?:CreateChangeSet|ExecuteChangeSet|PutParameter|PUT|DeleteStack)$/;
  expect(aws.calls.slice(before).filter(({ action }) => writing.test(action))).toEqual([]);
});
