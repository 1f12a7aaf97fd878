import { createHash, randomUUID } from "node:crypto";
import { createAwsClients, dynamodbApiKeyStore } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { startEmulators } from "@stephooks/emulators";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runCommand } from "./support/run-command.ts";

type Emulators = Awaited<ReturnType<typeof startEmulators>>;

let emulators: Emulators;
let table = "";
let keysOfTable: ReturnType<typeof dynamodbApiKeyStore>;

beforeAll(async () => {
  emulators = await startEmulators();
  const credentials = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  for (const [name, value] of Object.entries({ ...emulators.environment, ...credentials })) vi.stubEnv(name, value);
  const clients = createAwsClients();
  const timings = { functionTimeout: 1, visibilityTimeout: 60 };
  ({ table } = await provisionStack({ clients, name: `test-${randomUUID()}`, timings }));
  keysOfTable = dynamodbApiKeyStore(clients.dynamodb, table);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});

const digestOf = (key: string): string => createHash("sha256").update(key).digest("hex");

test("a key is made, listed and removed; it is shown once and stored as its digest", async () => {
  const added = await runCommand(["keys", "add", "shop", "--read-only", "--table", table]);
  expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: "" });
  const key = added.stdout.split("\n")[0] ?? "";
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(await keysOfTable.find(digestOf(key))).toEqual({ name: "shop", access: "read-only" });

  const list = () => runCommand(["keys", "list", "--table", table]);
  await expect
    .poll(async () => (await list()).stdout, { timeout: 20_000 })
    .toBe(`${digestOf(key).slice(0, 8)}  read-only  shop\n`);
  const removed = await runCommand(["keys", "remove", digestOf(key).slice(0, 8), "--table", table, "--json"]);
  expect(JSON.parse(removed.stdout)).toEqual({
    removed: { name: "shop", access: "read-only", sha256: digestOf(key) },
  });
  expect(await keysOfTable.find(digestOf(key))).toBeUndefined();
}, 60_000);

test("a key may be named by itself, and no two keys are alike", async () => {
  const add = () => runCommand(["keys", "add", "twin", "--table", table, "--json"]);
  const [first, second]: { key: string; access: string }[] = [
    JSON.parse((await add()).stdout),
    JSON.parse((await add()).stdout),
  ];
  expect(first?.key).not.toBe(second?.key);
  expect(first?.access).toBe("read-write");
  const remove = () => runCommand(["keys", "remove", first?.key ?? "", "--table", table]);
  await expect.poll(async () => (await remove()).code, { timeout: 20_000 }).toBe(0);
  expect(await keysOfTable.find(digestOf(second?.key ?? ""))).toEqual({ name: "twin", access: "read-write" });
}, 60_000);

test.each(["", "abc", "0".repeat(64), "zzzzzzzz"])("removing %j, which is no key, removes nothing", async (given) => {
  const { code, stdout } = await runCommand(["keys", "remove", given, "--table", table, "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "unknown-key" } }]);
});
