import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type RunningApp, startApp } from "./support/running-app.ts";
import { greetingApp } from "./support/temporary-app.ts";

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

/** With a key of its own the app asks for one, as it does when it is deployed. */
let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ "index.ts": greetingApp }, ["--api-key", "the first key"]);
});
afterAll(() => app.stop());

const digestOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const statusWith = async (key: string) => (await fetch(`${app.url}/hello`, { headers: { "x-apikey": key } })).status;

/** What the table's items say of keys, whatever they are called. */
async function storedDigests(): Promise<string> {
  return JSON.stringify(await app.items(""));
}

test("a key is made, opens the app, is listed and removed; it is shown once and stored as its digest", async () => {
  const added = await app.deployed(["token", "add", "shop", "--read-only"]);
  expect({ code: added.code, stderr: added.stderr }).toEqual({ code: 0, stderr: "" });
  const key = added.stdout.split("\n")[0] ?? "";
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  const stored = await storedDigests();
  expect(stored).toContain(digestOf(key));
  expect(stored).not.toContain(key);
  expect([await statusWith(key), await statusWith("0".repeat(64))]).toEqual([200, 401]);

  const list = () => app.local(["token", "list"]);
  await expect
    .poll(async () => (await list()).stdout, { timeout: 30_000 })
    .toBe(`${digestOf(key).slice(0, 8)}  read-only  shop\n`);
  const removed = await app.local(["token", "remove", digestOf(key).slice(0, 8), "--json"]);
  expect(JSON.parse(removed.stdout)).toEqual({
    removed: { name: "shop", access: "read-only", sha256: digestOf(key) },
  });
  expect(await storedDigests()).not.toContain(digestOf(key));
});

test("a key may be named by itself, and no two keys are alike", async () => {
  const add = async (): Promise<{ key: string; access: string }> =>
    JSON.parse((await app.local(["token", "add", "twin", "--json"])).stdout);
  const [first, second] = [await add(), await add()];
  expect(first.key).not.toBe(second.key);
  expect(first.access).toBe("read-write");
  const remove = () => app.local(["token", "remove", first.key]);
  await expect.poll(async () => (await remove()).code, { timeout: 30_000 }).toBe(0);
  const left = await storedDigests();
  expect([left.includes(digestOf(first.key)), left.includes(digestOf(second.key))]).toEqual([false, true]);
});

test.each(["", "abc", "0".repeat(64), "zzzzzzzz"])("removing %j, which is no key, removes nothing", async (given) => {
  const { code, stdout } = await app.local(["token", "remove", given, "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "unknown-key" } }]);
});
