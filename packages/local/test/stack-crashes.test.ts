import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Stack } from "../src/index.ts";
import { startInstance, statusOf, untilCompleted } from "./support/ask.ts";
import { hasProc, markProcesses } from "./support/marked-processes.ts";
import { quietStack, stackOfTest } from "./support/started-stack.ts";
import { until } from "./support/until.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a process that is killed and restarted while instances run", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await quietStack();
  });
  afterAll(() => stack.stop());

  test.each(["worker", "http", "emulators"] as const)("%s: every instance completes", async (name) => {
    const { url } = stack;
    const ids = await Promise.all(Array.from({ length: 20 }, () => startInstance(url)));
    const { pid } = stack.process(name);
    const states = await Promise.all(ids.map((id) => statusOf(url, id)));
    expect(states).toContain("running");
    await stack.kill(name);
    await stack.restart(name);
    expect(stack.process(name).pid).not.toBe(pid);
    expect(stack.url).toBe(url);
    await untilCompleted(url, ids);
  });

  test("a process that still runs is restarted, too, and only one of it is left", async () => {
    const old = stack.process("http").pid;
    await stack.restart("http");
    expect(() => process.kill(old, 0)).toThrow(/ESRCH/);
    await untilCompleted(stack.url, [await startInstance(stack.url)]);
  });

  test("a process tells what it used, again and again, and nothing once it is gone", async () => {
    const worker = stack.process("worker");
    for (let question = 0; question < 12; question++) {
      expect(await worker.usage()).toMatchObject({ requests: { writeUnits: expect.any(Number) } });
    }
    await stack.kill("worker");
    expect(await worker.usage()).toBeUndefined();
    await stack.restart("worker");
  });
});

test("a step that hangs does not hold up the stop", async () => {
  const stack = await stackOfTest();
  const id = await startInstance(stack.url, "stuck");
  await until("the worker is in the step", async () => {
    const usage = await stack.process("worker").usage();
    return JSON.stringify(usage?.["received"]) === JSON.stringify({ messages: 1, batches: 1 });
  });
  expect(await statusOf(stack.url, id)).toBe("running");
  const asked = Date.now();
  await stack.stop();
  expect(Date.now() - asked).toBeLessThan(5_000);
});

test.skipIf(!hasProc)("what crashed processes left behind ends with the stack (needs /proc)", async () => {
  const { running } = markProcesses();
  const stack = await stackOfTest();
  expect(running()).toHaveLength(4);
  for (const name of ["http", "worker", "emulators"] as const) await stack.kill(name);
  expect(running()).toHaveLength(1);
  await stack.stop();
  await until("no process is left", () => running().length === 0);
});
