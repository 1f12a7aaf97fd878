import { createApp, type LambdaHandler } from "stephooks/host";
import { describe, expect, test } from "vitest";
import { crashTest, testApp } from "@stephooks/testkit";

/** 5 January 2026 is a Monday. */
const start = Date.UTC(2026, 0, 5);

describe("advance", () => {
  test("fires the ticks that pass, in order, in the job's time zone", async () => {
    const app = createApp();
    const at: string[] = [];
    const note =
      (job: string) =>
      (_req: unknown, { jobId }: { jobId: string }) =>
        void at.push(`${job} ${jobId}`);
    app.job("0 9 * * MON-FRI", note("berlin"), { timeZone: "Europe/Berlin", name: "b" });
    app.job("30 8 * * *", note("utc"), { name: "u" });
    const there = testApp(app.init(), { start });
    await there.advance("479m");
    expect(at).toEqual([]);
    await there.advance("1d");
    expect(at).toEqual(["berlin job:b:2026-01-05T08:00:00Z", "utc job:u:2026-01-05T08:30:00Z"]);
    expect(there.now()).toBe(start + (479 + 1_440) * 60_000);
    expect(await there.instance("job:u:2026-01-05T08:30:00Z")).toMatchObject({ status: "completed" });
    expect(there.messages()).toEqual([]);
  });

  test("fires the ticks of a job with seconds at their seconds", async () => {
    const app = createApp();
    const at: number[] = [];
    const handler = app.init();
    app.job("*/15 * * * * *", () => void at.push(there.now() - start));
    const there = testApp(handler, { start });
    await there.advance("3m");
    expect(at).toEqual([120_000, 135_000, 150_000, 165_000, 180_000]);
  });

  test.for([
    ["skip", ["send", "create", "remove", "read", "read-documents", "write-document", "update", "remove"]],
    ["allow", ["send", "create", "remove", "read", "update", "remove"]],
  ] as const)("costs these calls for a tick of a job with overlap %s", async ([overlap, calls]) => {
    const build = (): LambdaHandler => {
      const app = createApp();
      app.job("0 * * * *", () => {}, { overlap });
      return app.init();
    };
    const report = await crashTest(build, { outside: () => ({}), start: () => {}, act: (app) => app.advance("1h") });
    expect(report.calls.map(({ operation }) => operation).filter((name) => name !== "backlog")).toEqual(calls);
  });

  test("shows the runs among the steps that ran", async () => {
    const app = createApp();
    app.job("0 * * * *", () => {}, { name: "hourly" });
    const there = testApp(app.init(), { start });
    await there.advance("2h");
    expect(there.ran()).toMatchObject([
      { workflow: "_job:hourly", step: "run" },
      { workflow: "_job:hourly", step: "run" },
    ]);
  });
});

interface Outside {
  /** Runs that have begun and may still be under way, by process. */
  readonly begun: string[];
  fail: boolean;
}

/** A job whose first run fails once; its next attempt comes after the tick that follows. */
function pollApp(outside: Outside): LambdaHandler {
  const app = createApp();
  app.get("/", (_req, res) => {
    res.end();
  });
  app.job(
    "0 * * * *",
    (_req, { jobId }) => {
      outside.begun.push(jobId);
      if (jobId.endsWith("T01:00:00Z") && outside.fail) throw new Error("not yet");
    },
    { name: "poll", retry: { maximumAttempts: 30, initialInterval: "80m", maximumInterval: "80m", jitter: 0 } },
  );
  return app.init();
}

describe("a process that dies at any call", () => {
  test("costs no tick, and none runs beside an earlier one", async () => {
    const report = await crashTest(pollApp, {
      outside: (): Outside => ({ begun: [], fail: true }),
      start: (app) => app.request("GET", "/"),
      act: async (app, outside) => {
        await app.advance("100m");
        outside.fail = false;
        await app.advance("150m");
      },
      effects: ({ begun }) => new Set(begun),
    });
    const ends = report.instances.map(({ state, status }) =>
      JSON.stringify([state["scheduledAt"], status, state["outcome"]]),
    );
    expect(ends.toSorted()).toEqual([
      '["2026-01-01T01:00:00.000Z","completed","ran"]',
      '["2026-01-01T02:00:00.000Z","completed","skipped"]',
      '["2026-01-01T03:00:00.000Z","completed","ran"]',
      '["2026-01-01T04:00:00.000Z","completed","ran"]',
    ]);
    expect(report.effects.map((id) => id.slice(-9, -4)).toSorted()).toEqual(["01:00", "03:00", "04:00"]);
    expect(report.deaths).toBeGreaterThan(60);
  });
});
