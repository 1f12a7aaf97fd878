import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test, vi } from "vitest";
import { actions, appWith, outputs, sent, world } from "../support/deploy-world.ts";
import { codeBucketName } from "../support/fake-aws.ts";
import { fakeSam } from "../support/fake-sam.ts";
import { writeFiles } from "../support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A world with a SAM CLI on the PATH. */
async function samWorld(shape: Parameters<typeof fakeSam>[1] = {}) {
  const made = await world();
  return { ...made, lastCall: fakeSam(join(made.cwd, "bin"), shape) };
}

test("sam deploy uploads and plans the change; secret values are not on its command line", async () => {
  const { aws, cwd, lastCall, run } = await samWorld();
  aws.parameters.set("/stephooks/shop-prod/env/STRIPE_KEY", { value: 'sk_"1" \\d', type: "SecureString" });
  aws.next = { outputs, events: [{ logicalId: "Table", type: "AWS::DynamoDB::Table", status: "CREATE_COMPLETE" }] };
  const { code, stderr, stdout } = await run("deploy", "--yes", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("sam speaks") });
  expect(stderr).toContain("CREATE_COMPLETE  Table (AWS::DynamoDB::Table)");
  expect(JSON.parse(stdout)).toMatchObject({ result: "changed", url: outputs.ApiUrl });
  const { args, config, mode } = lastCall();
  expect(args.slice(0, 3)).toEqual(["deploy", "--template-file", ".stephooks/build/template.yaml"]);
  expect(args).toEqual(
    expect.arrayContaining(["shop-prod", codeBucketName, "CAPABILITY_AUTO_EXPAND", "stephooks:stage=prod"]),
  );
  expect(args).toContain("--no-execute-changeset");
  expect(args.join(" ")).not.toContain("sk_");
  expect(mode).toBe(0o600);
  expect(config).toMatch(/parameter_overrides = "Variable[0-9a-f]{12}=\\"sk_\\\\\\"1\\\\\\" \\\\d\\""/);
  expect(aws.objects.size).toBe(0);
  const template: { Metadata: object } = parse(readFileSync(join(cwd, ".stephooks/build/template.yaml"), "utf8"), {
    logLevel: "silent",
  });
  expect(JSON.stringify(template)).not.toContain("sk_");
  expect(template.Metadata).toMatchObject({ Stephooks: { Variables: ["STRIPE_KEY"] } });
});

test("what sam planned, and nothing that was planned before, is made", async () => {
  const { aws, cwd, run } = await samWorld();
  await run("deploy", "--yes");
  const [first] = sent(aws, "cloudformation.ExecuteChangeSet");
  expect(first?.["ChangeSetName"]).toContain("changeSet/samcli-deploy0/");
  expect(actions(aws, "cloudformation").indexOf("ListChangeSets")).toBeLessThan(
    actions(aws, "cloudformation").indexOf("CreateChangeSet"),
  );

  // Planned by somebody who has not made it yet.
  const { AWS_ENDPOINT_URL = "" } = aws.environment;
  const form = { Action: "CreateChangeSet", StackName: "shop-prod", ChangeSetName: "theirs", ChangeSetType: "UPDATE" };
  await fetch(AWS_ENDPOINT_URL, { method: "POST", body: new URLSearchParams(form) });
  writeFiles(cwd, { "index.ts": appWith("check", "ship", "thank") });
  expect((await run("deploy", "--yes")).code).toBe(0);
  const executed = sent(aws, "cloudformation.ExecuteChangeSet").map((input) => input["ChangeSetName"]);
  expect(executed).toHaveLength(2);
  expect(executed.join(" ")).not.toContain("theirs");
});

test("Ctrl-C while sam runs leaves no file with secret values", async () => {
  const { aws, lastCall, run } = await samWorld({ interrupts: true });
  aws.parameters.set("/stephooks/shop-prod/env/STRIPE_KEY", { value: "sk_1", type: "SecureString" });
  const { code, stderr } = await run("deploy", "--yes");
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining("change-refused: sam deploy ended with 130"),
  });
  const { args, config } = lastCall();
  expect(config).toContain("sk_1");
  expect(existsSync(dirname(args[args.indexOf("--config-file") + 1] ?? ""))).toBe(false);
});

test("nothing to change is said, and is no failure", async () => {
  const { aws, run } = await samWorld();
  await run("deploy", "--yes");
  aws.next = { refused: "No updates are to be performed" };
  const { code, stdout } = await run("deploy", "--yes");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("shop-prod was up to date.") });
  expect(sent(aws, "cloudformation.ExecuteChangeSet")).toHaveLength(1);
});

describe("what stops it", () => {
  test.each([
    ["Table", "AWS::DynamoDB::Table"],
    ["FilesBucket", "AWS::S3::Bucket"],
  ] as const)("a change that would put an empty %s in the place of the one with data", async (id, type) => {
    const { aws, run } = await samWorld();
    await run("deploy", "--yes");
    aws.next = { replaces: [[id, type]] };
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`^data-replaced: .*${id} \\(replaced\\)`, "m")),
    });
    expect(actions(aws, "cloudformation").at(-1)).toBe("DeleteChangeSet");
    expect(sent(aws, "cloudformation.ExecuteChangeSet")).toHaveLength(1);
  });

  test("sam refuses: nothing was changed, and the way without it is named", async () => {
    const { aws, run } = await samWorld({ exitCode: 3 });
    const { code, stderr } = await run("deploy", "--yes");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^change-refused: sam deploy ended with 3 before anything was changed.*--via cloudformation/m,
    );
    expect(sent(aws, "cloudformation.ExecuteChangeSet")).toEqual([]);
  });

  test("a resource that fails is told in its own words", async () => {
    const { aws, run } = await samWorld();
    aws.next = {
      status: "ROLLBACK_COMPLETE",
      events: [{ logicalId: "HttpRole", type: "AWS::IAM::Role", status: "CREATE_FAILED", reason: "not authorized" }],
    };
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^deploy-failed: shop-prod is ROLLBACK_COMPLETE.*\n  HttpRole .*: not authorized$/m,
      ),
    });
  });

  test("somebody plans a change at the same time: neither is made", async () => {
    const { aws, run } = await samWorld({ changeSets: 2 });
    const { code, stderr } = await run("deploy", "--yes");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^stack-busy: .*try again/m) });
    expect(sent(aws, "cloudformation.ExecuteChangeSet")).toEqual([]);
  });

  test("a variable that sam would change on the way: with --via sam it is refused, without it sam is not used", async () => {
    const { aws, lastCall, run } = await samWorld();
    aws.parameters.set("/stephooks/shop-prod/env/PATTERN", { value: "ends with \\", type: "SecureString" });
    const { code, stderr } = await run("deploy", "--yes", "--via", "sam");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^bad-variable: .*PATTERN.*--via cloudformation/),
    });
    expect(actions(aws, "cloudformation")).not.toContain("CreateChangeSet");
    expect((await run("deploy", "--yes")).code).toBe(0);
    expect(lastCall).toThrow(/ENOENT/);
    expect(Object.values(aws.stacks.get("shop-prod")?.parameters ?? {})).toEqual(["ends with \\"]);
  });
});
