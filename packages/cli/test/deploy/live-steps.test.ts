import { randomUUID } from "node:crypto";
import { createAwsClients, dynamodbInstanceStore } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { sampleHead } from "@stephooks/contracts/suites";
import type { InstanceHead } from "@stephooks/core";
import { type Emulators, startEmulators } from "@stephooks/emulators";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { stepsAhead } from "../../src/deploy/removed-steps.ts";
import { fakeAws } from "../support/fake-aws.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryApp, writeFiles } from "../support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
}, 60_000);
afterAll(() => emulators.stop());

const appWith = (...steps: readonly string[]): string => `import { app } from "stephooks";
app.createWorkflow("orders", "", { ${steps.map((step) => `${step}: async (_s, goto) => goto(null)`).join(", ")} });
export default app.init();
`;

describe("steps an instance is known to need", () => {
  const time = { startedAt: 1, duration: 1 };
  const join = { seq: 2, steps: ["credit", "stock", "mail"], tolerated: 0, settleAll: false };
  test.each<[string, Partial<InstanceHead>, string[]]>([
    ["the one it stands on", { step: "ship" }, ["ship"]],
    [
      "of a wait also where its timeout leads",
      { status: "waiting", step: "ask", timeoutStep: "remind" },
      ["ask", "remind"],
    ],
    [
      "of a fan-out the branches without a result, and where the others lead",
      {
        status: "joining",
        step: "gather",
        join,
        results: new Map([[1, { kind: "next", next: "offer", set: {}, remove: [], ...time }]]),
      },
      ["credit", "mail", "offer"],
    ],
    ["none of one that has ended", { status: "failed", step: "ship" }, []],
  ])("%s", (_name, changes, expected) => {
    expect([...stepsAhead(sampleHead(changes))].toSorted()).toEqual(expected.toSorted());
  });
});

test("a step on which instances stand cannot be removed; it is named with their number", async () => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const clients = createAwsClients({ environment: emulators.environment, region: "eu-central-1", credentials });
  const timings = { functionTimeout: 1, visibilityTimeout: 60 };
  const { table } = await provisionStack({ clients, name: `test-${randomUUID()}`, timings });
  const aws = await fakeAws();
  aws.next = { outputs: { ApiUrl: "https://a", TableName: table } };
  const cwd = temporaryApp({ "index.ts": appWith("check", "pay", "ship", "thank"), "package.json": '{"name":"shop"}' });
  const { AWS_ENDPOINT_URL_DYNAMODB = "" } = emulators.environment;
  const env = { ...aws.environment, AWS_ENDPOINT_URL_DYNAMODB, PATH: "/nowhere" };
  const run = (...args: string[]) => runCommand([...args, "--stage", "prod"], { cwd, env });
  expect((await run("deploy", "--yes")).code).toBe(0);

  const store = dynamodbInstanceStore(clients.dynamodb, table);
  for (let index = 0; index < 3; index++) await store.create(sampleHead({ step: "pay" }));
  await store.create(
    sampleHead({ step: "check", status: "waiting", dueAt: Date.now() + 60_000, timeoutStep: "thank" }),
  );
  await store.create(sampleHead({ step: "pay", status: "completed", totalTime: 1 }));
  await store.create(sampleHead({ step: "pay", workflow: "other" }));

  // `charge` takes the place of `pay`; nobody stands on `ship`; `thank` is where a wait leads.
  writeFiles(cwd, { "index.ts": appWith("check", "charge") });
  const dryRun = await run("deploy", "--dry-run");
  expect(dryRun.stdout).toContain(
    "Steps removed or renamed\n  orders: pay, 3 live instances stand on it\n  orders: ship\n  orders: thank, 1 live instance stands on it\n",
  );
  for (const { code, stderr } of [dryRun, await run("deploy", "--yes")]) {
    expect(code).toBe(1);
    expect(stderr).toMatch(/^live-instances: [^]*\n  orders: pay, 3 live\n  orders: thank, 1 live\n/);
  }
  expect(JSON.parse((await run("deploy", "--dry-run", "--json")).stdout)).toHaveProperty(
    "error.code",
    "live-instances",
  );
  expect(aws.calls.filter(({ action }) => action === "cloudformation.CreateChangeSet")).toHaveLength(1);
  const checked = await run("check", "--json");
  expect(checked.code).toBe(1);
  const { findings } = JSON.parse(checked.stdout);
  // Nothing leads from one of these steps to another, which is another finding.
  expect(findings.filter(({ code }: { code: string }) => code !== "WF102")).toEqual(
    [
      ["pay", /and 3 live instances stand on it/],
      ["thank", /and 1 live instance stands on it/],
    ].map(([step = "", message = ""]) => ({
      code: "WF111",
      workflow: "orders",
      step,
      file: "index.ts",
      line: 2,
      message: expect.stringMatching(message),
    })),
  );
  expect((await run("check")).stdout).toMatch(
    /^error WF111 {2}index\.ts:2:\d+\n.*"pay".*\n[^]*> 2 \| app\.createWorkflow/m,
  );

  // A step nobody needs may go.
  writeFiles(cwd, { "index.ts": appWith("check", "pay", "thank", "charge") });
  expect((await run("deploy", "--yes")).code).toBe(0);
  const settled = await run("check");
  expect([settled.code, settled.stdout]).toEqual([0, expect.not.stringContaining("WF111")]);
  // A workflow that is gone takes all of its steps with it.
  writeFiles(cwd, { "index.ts": `import { app } from "stephooks"; export default app.init();` });
  expect((await run("deploy", "--yes")).stderr).toMatch(/orders: check, 1 live\n  orders: pay, 3 live/);
  clients.dynamodb.destroy();
  clients.sqs.destroy();
});
