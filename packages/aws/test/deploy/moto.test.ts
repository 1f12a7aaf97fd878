import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { systemClock } from "@stephooks/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  callerIdentity,
  type ControlPlaneClients,
  createControlPlaneClients,
  deleteBucket,
  deleteStack,
  deleteTable,
  deployedTemplate,
  dropChange,
  makeChange,
  openChanges,
  planChange,
  readChange,
  type ResourceEvent,
  readStack,
  type StackChange,
  stageVariables,
  uploadFile,
} from "../../src/deploy/index.ts";
import { motoMissing, startMoto } from "./moto-server.ts";

const missing = motoMissing();
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const pace = { clock: systemClock, interval: 10 };
let server: Awaited<ReturnType<typeof startMoto>> | undefined;
let clients: ControlPlaneClients;

beforeAll(async () => {
  if (missing !== undefined) return;
  server = await startMoto();
  clients = createControlPlaneClients({ endpoint: server.endpoint, region: "us-east-1", credentials });
}, 90_000);
afterAll(async () => {
  if (missing === undefined) clients.destroy();
  await server?.stop();
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

/** Moto knows queues; what a template of the framework has besides, it does not make. */
const queue = (seconds: number): string =>
  JSON.stringify({
    Parameters: {
      Seconds: { Type: "Number", Default: seconds },
      Hidden: { Type: "String", NoEcho: true, Default: "" },
    },
    Resources: {
      Steps: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: { Ref: "Seconds" } } },
    },
    Outputs: { Url: { Value: { Ref: "Steps" } } },
  });

const change = (stack: string, given: Partial<StackChange> = {}): StackChange => ({
  stack,
  isNew: true,
  template: { body: queue(30) },
  parameters: {},
  tags: { "stephooks:app": "shop" },
  capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
  name: "change-1",
  ...given,
});

async function make(given: StackChange): Promise<readonly ResourceEvent[]> {
  const plan = await planChange(clients.cloudformation, given, pace);
  if (plan.kind !== "planned") throw new Error(plan.kind);
  const events: ResourceEvent[] = [];
  const follow = { pace, token: given.name, onEvent: (event: ResourceEvent) => events.push(event) };
  expect(await makeChange(clients.cloudformation, plan.planned, follow)).toMatchObject({
    status: given.isNew ? "CREATE_COMPLETE" : "UPDATE_COMPLETE",
    failures: [],
  });
  return events;
}

describe("against moto", { timeout: 60_000 }, () => {
  test("the caller's account and region are known", async () => {
    expect(await callerIdentity(clients.sts)).toMatchObject({ account: "123456789012", region: "us-east-1" });
  });

  test("a stack is made, changed, read and deleted, and every event of it is told once", async () => {
    const created = await make(change("one"));
    expect(created.at(-1)).toMatchObject({ logicalId: "one", status: "CREATE_COMPLETE" });
    const stack = await readStack(clients.cloudformation, "one");
    expect(stack).toMatchObject({
      status: "CREATE_COMPLETE",
      parameters: { Seconds: "30" },
      tags: { "stephooks:app": "shop" },
      // Moto tells no outputs of a stack that a change set made.
      resources: [{ logicalId: "Steps", type: "AWS::SQS::Queue", physicalId: expect.stringContaining("one-Steps-") }],
    });
    expect(JSON.parse(await deployedTemplate(clients.cloudformation, "one"))).toEqual(JSON.parse(queue(30)));

    const updated = await make(
      change("one", { isNew: false, name: "change-2", parameters: { Seconds: "60", Hidden: "s" } }),
    );
    expect(updated.map(({ status }) => status)).not.toContain("CREATE_COMPLETE");
    expect((await readStack(clients.cloudformation, "one"))?.parameters).toMatchObject({ Seconds: "60" });

    const follow = { pace, token: "remove-1", onEvent: () => {} };
    expect(await deleteStack(clients.cloudformation, stack?.id ?? "", follow)).toMatchObject({
      status: "DELETE_COMPLETE",
    });
    expect(await readStack(clients.cloudformation, "one")).toBeUndefined();
  });

  test("what is planned and not made is found, read and taken back; of no stack nothing is", async () => {
    const { cloudformation } = clients;
    expect(await openChanges(cloudformation, "nowhere")).toEqual([]);
    const plan = await planChange(cloudformation, change("open"), pace);
    if (plan.kind !== "planned") throw new Error(plan.kind);
    expect(await openChanges(cloudformation, "open")).toEqual([plan.planned.id]);
    expect(await readChange(cloudformation, plan.planned.id)).toEqual(plan.planned);
    await dropChange(cloudformation, plan.planned.id);
    expect(await openChanges(cloudformation, "open")).toEqual([]);
  });

  test("a file is uploaded to a bucket of one's own account only", async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: "code" }));
    const file = { bucket: "code", key: "a/b.zip", body: Buffer.from("zip"), owner: "123456789012" };
    await uploadFile(clients.s3, file);
    const stored = await clients.s3.send(new GetObjectCommand({ Bucket: "code", Key: "a/b.zip" }));
    expect(await stored.Body?.transformToString()).toBe("zip");
    await expect(uploadFile(clients.s3, { ...file, bucket: "nobodys" })).rejects.toMatchObject({
      details: { failure: "NoSuchBucket" },
    });
  });

  test("a stage's variables are encrypted parameters below its own path", async () => {
    const one = stageVariables(clients.ssm, "shop-prod");
    const other = stageVariables(clients.ssm, "shop-prod-2");
    await one.set("STRIPE_KEY", "sk_1");
    await one.set("MAIL_FROM", "a@example.com");
    await one.set("STRIPE_KEY", "sk_2");
    await other.set("STRIPE_KEY", "sk_3");
    expect(await one.read()).toEqual({ MAIL_FROM: "a@example.com", STRIPE_KEY: "sk_2" });
    const listed = await one.list();
    expect(listed.map(({ name }) => name)).toEqual(["MAIL_FROM", "STRIPE_KEY"]);
    expect(Math.abs(Date.now() - (listed[0]?.changedAt ?? 0))).toBeLessThan(600_000);
    expect(JSON.stringify(listed)).not.toContain("sk_");
    const { Parameters } = await clients.ssm.send(new DescribeParametersCommand({}));
    expect(new Set(Parameters?.map(({ Type }) => Type))).toEqual(new Set(["SecureString"]));
    expect(await one.remove("STRIPE_KEY")).toBe(true);
    expect(await one.remove("STRIPE_KEY")).toBe(false);
    expect(await other.read()).toEqual({ STRIPE_KEY: "sk_3" });
  });

  test("more variables than a page holds are all read", async () => {
    const many = stageVariables(clients.ssm, "many");
    for (let index = 0; index < 12; index++) await many.set(`NAME_${index}`, String(index));
    expect(Object.keys(await many.read())).toHaveLength(12);
  });

  test("a bucket is deleted with every version of its files, a table with its items, and both twice without harm", async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: "files" }));
    const versioned = { Bucket: "files", VersioningConfiguration: { Status: "Enabled" } } as const;
    await clients.s3.send(new PutBucketVersioningCommand(versioned));
    for (const Body of ["1", "2"]) await clients.s3.send(new PutObjectCommand({ Bucket: "files", Key: "k", Body }));
    await deleteBucket(clients.s3, "files");
    await expect(clients.s3.send(new HeadBucketCommand({ Bucket: "files" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await deleteBucket(clients.s3, "files");

    const dynamodb = new DynamoDBClient({ endpoint: server?.endpoint ?? "", region: "us-east-1", credentials });
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "table",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await deleteTable(dynamodb, "table");
    await expect(dynamodb.send(new DescribeTableCommand({ TableName: "table" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await deleteTable(dynamodb, "table");
    dynamodb.destroy();
  });
});
