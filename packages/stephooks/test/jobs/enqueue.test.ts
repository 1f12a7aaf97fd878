import type { Interceptor } from "@stephooks/contracts";
import { jobLane, PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { answerOf, field } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { sender } from "./sender.ts";

describe("enqueue", () => {
  test("answers the job, which its worker gets as it was answered", async () => {
    const got: unknown[] = [];
    const { host, run, world } = sender((app) => app.worker("mail", (req) => got.push(req.body)));
    const now = new Date(world.clock.now()).toISOString();
    const answered = await run((data) => data.enqueue("mail", { to: "ada", at: new Date(0), gone: undefined }));
    expect(answered).toEqual({
      _id: expect.stringMatching(/^\w{26}$/),
      jobId: expect.anything(),
      topic: "mail",
      payload: { to: "ada", at: "1970-01-01T00:00:00.000Z" },
      _created: now,
    });
    expect(answered).toMatchObject({ jobId: field({ body: answered } as never, "_id") });
    await world.drain(host);
    expect(got).toEqual([answered]);
  });

  test.for([null, 0, "", false, [1, { a: [] }], "text"])("takes %j as a payload", async (payload) => {
    const got: unknown[] = [];
    const { host, run, world } = sender((app) => app.worker("t", (req) => got.push(req.body.payload)));
    await run((data) => data.enqueue("t", payload));
    await world.drain(host);
    expect(got).toEqual([payload]);
  });

  test("accepts the options that codehooks' own engine passes, and uses none", async () => {
    const { held, run } = sender();
    await run((data) => data.enqueue("t", 1, { workers: 9, timeout: 1 }));
    expect(held()).toMatchObject([[1, expect.anything(), jobLane("t", 0)]]);
  });

  test("gives every job an id of its own, later ones greater ones", async () => {
    const { run } = sender();
    const ids = await run(async (data) => {
      const jobs = [];
      for (let count = 0; count < 50; count++) jobs.push(await data.enqueue("t", count));
      return jobs.map(({ _id }) => _id);
    });
    const given: readonly string[] = Array.isArray(ids) ? ids : [];
    expect(new Set(given).size).toBe(50);
    expect(given.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(given);
  });

  test("spreads jobs over the slots of their topic, each always into the same", async () => {
    const { held, run } = sender((app) => app.worker("t", () => {}, { workers: 4 }));
    await run((data) => Promise.all(Array.from({ length: 200 }, (_, count) => data.enqueue("t", count))));
    const groups = Object.groupBy(
      held().map((job) => String(Array.isArray(job) && job[2])),
      (group) => group,
    );
    expect(Object.keys(groups).toSorted()).toEqual([0, 1, 2, 3].map((slot) => jobLane("t", slot)));
    for (const jobs of Object.values(groups)) expect(jobs?.length).toBeGreaterThan(25);
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.for<[string, unknown]>([
    ["undefined", undefined],
    ["a function", () => {}],
    ["a symbol", Symbol("s")],
    ["a function inside", { list: [{ then: () => {} }] }],
    ["a cycle", cycle],
    ["a bigint", { n: 1n }],
    [
      "something that throws",
      {
        toJSON: () => {
          throw new Error("no");
        },
      },
    ],
  ])("refuses %s as a payload", async ([, payload]) => {
    const { held, refusal } = sender();
    expect(await refusal((data) => data.enqueue("t", payload))).toBe("400 invalid-payload");
    expect(held()).toEqual([]);
  });

  test("refuses what is larger than a message", async () => {
    const { held, refusal, run } = sender();
    expect(await refusal((data) => data.enqueue("t", "x".repeat(1_048_576)))).toBe("413 payload-too-large");
    expect(held()).toEqual([]);
    await run(async (data) => void (await data.enqueue("t", "x".repeat(1_000_000))));
  });

  test("refuses a topic that nobody works on, and names those there are", async () => {
    const { host, refusal } = sender((app) => {
      app.worker("mail", () => {});
      app.worker("import", () => {});
    });
    expect(await refusal((data) => data.enqueue("nobody", 1))).toBe("400 unknown-topic");
    const answer = answerOf(await host.handle(httpEvent({ method: "POST", path: "/" })));
    expect(JSON.stringify(answer.body)).toContain('there are: \\"mail\\", \\"import\\"');
  });

  test.for([undefined, 5, "__proto__", "toString"])("refuses %j as a topic", async (topic) => {
    const { refusal } = sender();
    expect(await refusal((data) => data.enqueue(topic as string, 1))).toBe("400 unknown-topic");
  });

  test("refuses the topic of a worker that reads a queue of its own", async () => {
    const source = { queueArn: "arn:aws:sqs:eu-central-1:123456789012:orders" };
    const { refusal } = sender((app) => app.worker("t", () => {}, { source }));
    expect(await refusal((data) => data.enqueue("t", 1))).toBe("400 topic-has-source");
    expect(await refusal((data) => data.enqueueFromQuery("c", {}, "t"))).toBe("400 topic-has-source");
  });

  test("says when the stack has no queue for jobs", async () => {
    const { refusal } = sender(undefined, { jobs: false });
    expect(await refusal((data) => data.enqueue("t", 1))).toBe("500 no-job-queue");
  });
});

describe("when the queue's answer is lost", () => {
  const failing = (times: number, error: PortError, after: boolean) => {
    const sends: string[] = [];
    const intercept: Interceptor = async (operation, perform) => {
      if (operation !== "send-jobs") return perform();
      sends.push(operation);
      if (sends.length > times) return perform();
      if (after) await perform();
      throw error;
    };
    return { intercept, sends };
  };
  const lost = new PortError("unavailable", "no answer");

  test.for([true, false])("a job is sent again, and is one job (it had arrived: %s)", async (after) => {
    const { intercept } = failing(1, lost, after);
    const { held, run, world } = sender(undefined, { intercept });
    await run((data) => data.enqueue("t", 1));
    expect(held()).toHaveLength(1);
    expect(world.logged).toMatchObject([{ event: "jobs are sent again", topic: "t" }]);
  });

  test("twice, the caller is told", async () => {
    const { intercept, sends } = failing(9, lost, true);
    const { held, refusal } = sender(undefined, { intercept });
    expect(await refusal((data) => data.enqueue("t", 1))).toBe("503 unavailable");
    expect(sends).toHaveLength(2);
    expect(held()).toHaveLength(1);
  });

  test("a refusal is not repeated", async () => {
    const { intercept, sends } = failing(9, new PortError("throttled", "slow down"), false);
    const { refusal } = sender(undefined, { intercept });
    expect(await refusal((data) => data.enqueue("t", 1))).toBe("503 throttled");
    expect(sends).toHaveLength(1);
  });
});
