import { isRecord, parseTick } from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../src/index.ts";
import { recordingBundle } from "./fixtures/recording-bundle.ts";
import { type Answer, ask } from "./support/ask.ts";
import { fixture, quietStack, stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const clockApp = { bundle: fixture("clock-app.ts"), virtualClock: true };

function advance({ url }: Stack, body: object): Promise<Answer> {
  return ask(`${url}/_stephooks/clock/advance`, { method: "POST", body });
}

async function nowOf({ url }: Stack): Promise<number> {
  return Number((await ask(`${url}/now`)).body["now"]);
}

async function started({ url }: Stack, path: string, body: object): Promise<string> {
  return String((await ask(`${url}/${path}`, { method: "POST", body })).body["_id"]);
}

describe("with a virtual clock", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await quietStack(clockApp);
  });
  afterAll(() => stack.stop());

  test("every process shows the new time, also one that is started later", async () => {
    const before = await nowOf(stack);
    const { body, status } = await advance(stack, { duration: "2d" });
    expect(status).toBe(200);
    const ahead = Date.parse(String(body["now"])) - before;
    expect(ahead).toBeGreaterThanOrEqual(2 * DAY);
    expect(ahead).toBeLessThan(2 * DAY + HOUR);
    expect(await nowOf(stack)).toBeGreaterThanOrEqual(before + 2 * DAY);
    await stack.restart("http");
    expect(await nowOf(stack)).toBeGreaterThanOrEqual(before + 2 * DAY);
  });

  test("delays and timeouts come at their times, each after the other", async () => {
    const before = await nowOf(stack);
    const [nap, question] = [await started(stack, "naps", { naps: 4 }), await started(stack, "asks", {})];
    await advance(stack, { ms: 2.5 * DAY });
    expect((await ask(`${stack.url}/asks/${question}`)).body).toMatchObject({ status: "waiting" });
    const half = (await ask(`${stack.url}/naps/${nap}`)).body;
    expect(half).toMatchObject({ status: "running", state: { naps: 1 } });
    await advance(stack, { duration: "12h" });
    await advance(stack, { duration: "1h" });
    expect((await ask(`${stack.url}/asks/${question}`)).body).toMatchObject({ status: "completed" });
    const { state, status } = (await ask(`${stack.url}/naps/${nap}`)).body;
    expect(status).toBe("completed");
    const times = isRecord(state) && Array.isArray(state["at"]) ? state["at"].map((at) => Date.parse(String(at))) : [];
    expect(times).toHaveLength(4);
    // The machine's clock goes on, too.
    for (const [day, time] of times.entries()) expect(Math.abs(time - before - day * DAY)).toBeLessThan(60_000);
  });

  test("a job that fails is tried again after its pauses", async () => {
    await ask(`${stack.url}/flaky`, { method: "POST", body: {} });
    await advance(stack, { duration: "150m" });
    expect((await ask(`${stack.url}/flaky`)).body).toEqual({ attempts: 2 });
    await advance(stack, { duration: "1h" });
    expect((await ask(`${stack.url}/flaky`)).body).toEqual({ attempts: 3 });
    await advance(stack, { duration: "1d" });
    expect((await ask(`${stack.url}/flaky`)).body).toEqual({ attempts: 3 });
  });

  test.each([[{}], [{ ms: -1 }], [{ ms: "soon" }], [{ duration: "3 days" }]])(
    "%j is no duration, and nothing moves",
    async (body) => {
      const before = await nowOf(stack);
      const answer = await advance(stack, body);
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-duration" } } });
      expect((await nowOf(stack)) - before).toBeLessThan(HOUR);
    },
  );
});

test("schedules send what the time that passes would have sent", async () => {
  const cron = { timeZone: "UTC", timeout: 1_000 };
  const bundle = recordingBundle({
    crons: [
      { ...cron, name: "hourly", expression: "0 * * * *" },
      { ...cron, name: "often", expression: "*/30 10 * * * *" },
    ],
  });
  const stack = await stackOfTest({ bundle: bundle.file, virtualClock: true });
  const before = Date.now();
  await advance(stack, { duration: "3h" });
  const ticks = bundle.batches().flatMap(({ bodies }) => bodies.map((body) => parseTick(body)));
  const timesOf = (name: string): readonly number[] =>
    ticks.flatMap((tick) => (tick?.job === name ? [tick.scheduledAt] : [])).toSorted((one, other) => one - other);
  const first = Math.floor(before / HOUR) * HOUR + HOUR;
  expect(timesOf("hourly")).toEqual([first, first + HOUR, first + 2 * HOUR]);
  // The message of a job with seconds comes in the minute before its ticks.
  expect(timesOf("often").map((time) => (time / 60_000) % 60)).toEqual([9, 9, 9]);
});

test("scheduled jobs run at each of their times, once", async () => {
  const stack = await stackOfTest({ bundle: fixture("clock-jobs-app.ts"), virtualClock: true });
  // From the first minute of an hour: what is due right now was sent before there was a stack.
  await advance(stack, { ms: HOUR - ((await nowOf(stack)) % HOUR) + 60_000 });
  const before = await nowOf(stack);
  const at = before + 100 * 60_000;
  await ask(`${stack.url}/later`, { method: "POST", body: { at: new Date(at).toISOString() } });
  await advance(stack, { duration: "5h" });
  const since = async (key: string): Promise<readonly number[]> => {
    const { times } = (await ask(`${stack.url}/notes/${key}`)).body;
    const all = Array.isArray(times) ? times.map((time) => Date.parse(String(time))) : [];
    return all.filter((time) => time > before).toSorted((one, other) => one - other);
  };
  const first = Math.floor(before / HOUR) * HOUR + HOUR;
  expect(await since("hourly")).toEqual([0, 1, 2, 3, 4].map((hour) => first + hour * HOUR));
  const thrice = await since("thrice");
  expect(thrice).toHaveLength(15);
  expect(new Set(thrice.map((time) => time % HOUR))).toEqual(new Set([1_800_000, 1_820_000, 1_840_000]));
  const [later = 0, ...others] = await since("later");
  expect(others).toEqual([]);
  expect(later - at).toBeGreaterThanOrEqual(0);
  expect(later - at).toBeLessThan(60_000);
});

test("data that is kept goes on at its own time", async () => {
  const dataDir = temporaryFolder();
  const first = await quietStack({ ...clockApp, dataDir });
  const id = await started(first, "naps", { naps: 2 });
  await advance(first, { duration: "3h" });
  const before = await nowOf(first);
  await first.stop();
  const second = await stackOfTest({ ...clockApp, dataDir });
  expect(await nowOf(second)).toBeGreaterThanOrEqual(before);
  await advance(second, { duration: "22h" });
  expect((await ask(`${second.url}/naps/${id}`)).body).toMatchObject({ status: "completed" });
});

test("without it nobody can set the clock forward", async () => {
  const stack = await stackOfTest({ bundle: fixture("clock-app.ts") });
  expect(await advance(stack, { ms: 1_000 })).toMatchObject({ status: 501, body: { error: { code: "unsupported" } } });
  expect(Math.abs((await nowOf(stack)) - Date.now())).toBeLessThan(60_000);
});
