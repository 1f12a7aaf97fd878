import { expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { runNow } from "../../src/crons/index.ts";
import type { CronFunction, CronOptions } from "../../src/crons/index.ts";
import { currentRuntime } from "../../src/host/current-runtime.ts";
import { type CronWorld, cronWorld } from "./cron-world.ts";

/** Asks for a run of `cron` and plays the queue until it is answered. */
async function ranNow(run: CronFunction, cron: string, options: CronOptions = {}) {
  const app = createApp();
  app.job("0 9 * * *", run, { name: "nightly", ...options });
  const there: CronWorld = cronWorld(app.init());
  let ended = false;
  const answer = runNow(cron, currentRuntime()).finally(() => (ended = true));
  answer.catch(() => {});
  await vi.waitFor(async () => {
    await there.settle();
    there.clock.advance(10_000);
    expect(ended).toBe(true);
  });
  return answer;
}

test.for(["nightly", "0 9 * * *"])("a job is found by %j, and is run beside its ticks", async (cron) => {
  const run = vi.fn();
  const { id, status } = await ranNow(run, cron);
  expect(status).toBe("completed");
  expect(id).toMatch(/^job:nightly:now-/);
  expect(run).toHaveBeenCalledTimes(1);
});

test("the answer is an error when the run has failed, with its reason", async () => {
  const failing = (): never => {
    throw new Error("no ledger");
  };
  const failed = ranNow(failing, "nightly", { retry: { maximumAttempts: 1 } });
  await expect(failed).rejects.toMatchObject({ code: "job-failed", message: 'Job "nightly" failed: no ledger' });
});

test("a job that does not exist is an error that names those that do", async () => {
  await expect(ranNow(vi.fn(), "1 1 1 1 1")).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining('"0 9 * * *" (nightly)'),
  });
});

test("a run that does not end is given up after the time that its attempts may take", async () => {
  const stuck = ranNow(
    () => {
      throw new Error("later");
    },
    "nightly",
    { timeout: "1s", retry: { maximumAttempts: 2, initialInterval: "14m", maximumInterval: "14m", jitter: 0 } },
  );
  await expect(stuck).rejects.toMatchObject({ code: "job-failed", message: expect.stringContaining("has not ended") });
});
