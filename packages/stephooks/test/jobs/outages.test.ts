import { PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { WorkerOptions } from "../../src/index.ts";
import { enqueued, jobWorld, VISIBILITY } from "./job-world.ts";

describe("when the table or the queue fails", () => {
  const once = (call: string, error: PortError, after = false) => {
    let failed = false;
    return async <Result>(operation: string, perform: () => Promise<Result>): Promise<Result> => {
      if (operation !== call || failed) return perform();
      failed = true;
      if (after) await perform();
      throw error;
    };
  };

  async function run(intercept: ReturnType<typeof once>, options: WorkerOptions = {}) {
    const world = jobWorld();
    let ran = 0;
    const app = createApp();
    app.worker(
      "t",
      () => {
        ran += 1;
        throw new Error("no");
      },
      options,
    );
    enqueued(world, { topic: "t" });
    await world.drain(world.host(app.init(), { intercept }));
    return { ran, dead: world.dead(), logged: world.logged };
  }

  test("a count that was lost or not is one more attempt at the most, and the job is buried", async () => {
    const unavailable = new PortError("unavailable", "no answer");
    expect(await run(once("add-value", unavailable))).toMatchObject({ ran: 4, dead: [{ reason: "no" }] });
    expect(await run(once("add-value", unavailable, true))).toMatchObject({ ran: 3, dead: [{ attempts: 3 }] });
  });

  test("a job that cannot be buried stays, is not run again, and is buried later", async () => {
    const denied = new PortError("denied", "no permission");
    for (const maximumAttempts of [1, 3]) {
      const { dead, logged, ran } = await run(once("bury-job", denied), { retry: { maximumAttempts } });
      expect(ran).toBe(maximumAttempts);
      expect(dead).toMatchObject([{ attempts: maximumAttempts, code: "attempts-used-up" }]);
      expect(logged).toContainEqual(expect.objectContaining({ event: "dead job kept: it cannot be buried" }));
    }
  });

  test("a job that was buried although it was not told is buried twice, and run no more often", async () => {
    const lost = new PortError("unavailable", "no answer");
    expect(await run(once("bury-job", lost, true))).toMatchObject({ ran: 3, dead: [{}, {}] });
  });

  test("a job whose start may have been counted or not begins all the same", async () => {
    for (const after of [false, true]) {
      const world = jobWorld();
      let ran = 0;
      const app = createApp();
      app.worker("t", () => void (ran += 1));
      enqueued(world, { topic: "t" });
      await world.queue.receive(1, 0);
      world.clock.advance(VISIBILITY * 1_000);
      const intercept = once("add-value", new PortError("timeout", "no answer"), after);
      expect((await world.deliver(world.host(app.init(), { intercept }))).failed).toEqual([]);
      expect(ran).toBe(1);
    }
  });

  test("a job is kept while its start cannot be counted", async () => {
    const world = jobWorld();
    let ran = 0;
    let down = true;
    const app = createApp();
    app.worker("t", () => void (ran += 1));
    enqueued(world, { topic: "t" });
    await world.queue.receive(1, 0);
    world.clock.advance(VISIBILITY * 1_000);
    const host = world.host(app.init(), {
      intercept: (operation, perform) =>
        down && operation === "add-value" ? Promise.reject(new PortError("throttled", "slow down")) : perform(),
    });
    expect((await world.deliver(host)).failed).toEqual(["j1"]);
    expect(ran).toBe(0);
    down = false;
    await world.drain(host);
    expect(ran).toBe(1);
    expect(world.dead()).toEqual([]);
  });
});
