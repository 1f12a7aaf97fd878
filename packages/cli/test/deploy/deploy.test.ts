import { describe, expect, test, vi } from "vitest";
import { codeBucketName } from "../support/fake-aws.ts";
import { actions, appWith, outputs, sent, world } from "../support/deploy-world.ts";
import { writeFiles } from "../support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

test("a first deployment uploads code and template and says where the app answers", async () => {
  const { aws, run } = await world();
  aws.next = { outputs, events: [{ logicalId: "Table", type: "AWS::DynamoDB::Table", status: "CREATE_COMPLETE" }] };
  const { code, stderr, stdout } = await run("deploy", "--yes");
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("CREATE_COMPLETE  Table (AWS::DynamoDB::Table)"),
  });
  expect(stdout).toMatch(
    /^shop, stage prod \(stack shop-prod, account 123456789012, eu-central-1\)\nNothing is deployed there/,
  );
  expect(stdout).toContain("  + GET /hello  without a key: refused\n");
  expect(stdout).toContain("shop-prod is deployed.");
  expect(stdout).toContain(`The app answers at ${outputs.ApiUrl}`);

  const [change] = sent(aws, "cloudformation.CreateChangeSet");
  expect(change).toMatchObject({
    StackName: "shop-prod",
    ChangeSetType: "CREATE",
    OnStackFailure: "DELETE",
    "Capabilities.member.1": "CAPABILITY_IAM",
    "Capabilities.member.2": "CAPABILITY_AUTO_EXPAND",
    "Tags.member.1.Key": "stephooks:app",
    "Tags.member.1.Value": "shop",
    "Tags.member.2.Key": "stephooks:stage",
    "Tags.member.2.Value": "prod",
  });
  expect(Object.keys(change ?? {}).filter((key) => key.startsWith("Parameters."))).toEqual([]);
  const template = aws.stacks.get("shop-prod")?.template ?? "";
  const [, codeKey = ""] = /CodeUri: s3:\/\/([^\n]+)/.exec(template) ?? [];
  expect(codeKey).toMatch(new RegExp(`^${codeBucketName}/shop-prod/[0-9a-f]{64}\\.zip$`));
  expect(aws.objects.get(codeKey)?.subarray(0, 2).toString()).toBe("PK");
  expect(change?.["TemplateURL"]).toMatch(
    new RegExp(`^https://${codeBucketName}\\.s3\\.eu-central-1\\.amazonaws\\.com/shop-prod/[0-9a-f]{64}\\.yaml$`),
  );
});

test("--json ends with one object a program can read", async () => {
  const { run } = await world();
  const { code, stdout } = await run("deploy", "--yes", "--json");
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    result: "changed",
    app: "shop",
    stage: "prod",
    stack: "shop-prod",
    url: outputs.ApiUrl,
    outputs,
    plan: { compared: true, routes: [{ item: "GET /hello", change: "added" }] },
  });
});

test("a second one tells what changes, keeps parameters, and uploads the same code under the same name", async () => {
  const { aws, cwd, run } = await world();
  expect((await run("deploy", "--yes", "--parameter", "LogRetentionDays=7")).code).toBe(0);
  const uploaded = [...aws.objects.keys()];
  writeFiles(cwd, { "unused.txt": "not part of the code" });
  const again = await run("deploy", "--yes", "--json");
  expect([...aws.objects.keys()]).toEqual(uploaded);
  const plan: Record<string, { change: string }[]> = JSON.parse(again.stdout).plan;
  for (const section of ["routes", "workflows", "queues", "permissions", "parameters", "resources"]) {
    expect(new Set(plan[section]?.map(({ change }) => change))).toEqual(new Set(["same"]));
  }
  const change = sent(aws, "cloudformation.CreateChangeSet").at(-1);
  expect(change).toMatchObject({
    ChangeSetType: "UPDATE",
    "Parameters.member.1.ParameterKey": "LogRetentionDays",
    "Parameters.member.1.UsePreviousValue": "true",
  });
  expect(change).not.toHaveProperty("OnStackFailure");

  writeFiles(cwd, {
    "index.ts": appWith("check", "ship", "thank").replace("/hello", "/hi"),
  });
  const changed = await run("deploy", "--yes");
  expect(changed.stdout).toContain("  + GET /hi     without a key: refused\n  - GET /hello  without a key: refused\n");
  expect(changed.stdout).toContain("  ~ orders  check, ship, +thank\n");
});

test("nothing to change is said, and is no failure", async () => {
  const { aws, run } = await world();
  await run("deploy", "--yes");
  aws.next = {
    refused: "The submitted information didn't contain changes. Submit different information to create a change set.",
  };
  const { code, stdout } = await run("deploy", "--yes");
  expect(code).toBe(0);
  expect(stdout).toContain("shop-prod was up to date.");
  expect(actions(aws, "cloudformation").at(-3)).toBe("DeleteChangeSet");
});

describe("what stops a deployment", () => {
  test("nobody can be asked: nothing is changed, and --yes is named", async () => {
    const { aws, run } = await world();
    const { code, stderr } = await run("deploy");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^bad-usage: .*--yes/) });
    expect(aws.objects.size).toBe(0);
    expect(actions(aws, "cloudformation")).not.toContain("CreateChangeSet");
  });

  test("no bucket for code: the command that makes one is named", async () => {
    const { aws, run } = await world();
    aws.buckets.clear();
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^no-bootstrap: .*stephooks bootstrap/),
    });
  });

  test("a resource that fails is told in its own words, not those that were stopped for it", async () => {
    const { aws, run } = await world();
    const reason = 'Resource handler returned message: "Memory size is too large"';
    aws.next = {
      status: "DELETE_COMPLETE",
      events: [
        { logicalId: "WorkerFunction", type: "AWS::Lambda::Function", status: "CREATE_FAILED", reason },
        {
          logicalId: "HttpRole",
          type: "AWS::IAM::Role",
          status: "CREATE_FAILED",
          reason: "Resource creation cancelled",
        },
      ],
    };
    const { code, stderr } = await run("deploy", "--yes");
    expect(code).toBe(1);
    const message = stderr.slice(stderr.indexOf("deploy-failed:"));
    expect(message).toBe(
      `deploy-failed: shop-prod is DELETE_COMPLETE. What had been made is gone again. Mend this and deploy again:\n  WorkerFunction (AWS::Lambda::Function): ${reason}\n`,
    );
  });

  test("a change set that CloudFormation refuses", async () => {
    const { aws, run } = await world();
    aws.next = {
      refused: "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification",
    };
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^change-refused: .*Invalid Serverless/),
    });
  });

  test("a change that would put an empty table in the place of the one with data", async () => {
    const { aws, run } = await world();
    await run("deploy", "--yes");
    aws.next = { replaces: [["Table", "AWS::DynamoDB::Table"]] };
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^data-replaced: .*Table \(replaced\)/),
    });
    expect(actions(aws, "cloudformation").at(-1)).toBe("DeleteChangeSet");
  });

  test.each([
    ["UPDATE_IN_PROGRESS", "stack-busy"],
    ["UPDATE_ROLLBACK_FAILED", "stack-stuck"],
    ["ROLLBACK_COMPLETE", "stack-stuck"],
  ])("a stack that is %s", async (status, expected) => {
    const { aws, run } = await world();
    await run("deploy", "--yes");
    const stack = aws.stacks.get("shop-prod");
    if (stack) stack.status = status;
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`${expected}: shop-prod is ${status}`),
    });
  });

  test.each([
    [["--parameter", "Colour=red"], /Colour is no parameter.*LogLevel/],
    [["--parameter", "ApiKeySha256=abc"], /not for command lines/],
    [["--via", "cdk"], /--via cdk is refused/],
    [["--via", "sam"], /no sam on the PATH/],
  ])("%s", async (args, says) => {
    const { run } = await world();
    const { code, stderr } = await run("deploy", "--yes", ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
  });
});
