import { jobLane, parseJob, PortError } from "@stephooks/core";
import type { Interceptor } from "@stephooks/contracts";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type App, type Host } from "../../src/host/index.ts";
import { type Connection, Datastore } from "../../src/index.ts";
import { answerOf, field, refusalOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { type JobWorld, jobWorld } from "./job-world.ts";

type Task = (data: Connection) => Promise<unknown>;

interface Sender {
  readonly world: JobWorld;
  readonly host: Host;
  /** Runs it inside a request. */
  run(task: Task): Promise<unknown>;
  refusal(task: Task): Promise<string>;
  /** Payload, item and group of what the queue holds. */
  held(): readonly unknown[];
}

function sender(register?: (app: App) => void, options: { intercept?: Interceptor; jobs?: boolean } = {}): Sender {
  const world = jobWorld();
  let present: Task = async () => {};
  const app = createApp();
  if (register) register(app);
  else void app.worker("t", () => {});
  app.post("/", async (_req, res) => res.json({ result: await present(await Datastore.open()) }));
  const host = world.host(app.init(), options);
  const answer = async (task: Task) => {
    present = task;
    return answerOf(await host.handle(httpEvent({ method: "POST", path: "/" })));
  };
  return {
    world,
    host,
    run: async (task) => {
      const answered = await answer(task);
      expect(answered).toMatchObject({ status: 200 });
      return field(answered, "result");
    },
    refusal: async (task) => refusalOf(await answer(task)),
    held: () =>
      world.queue.messages().map(({ body, group }) => {
        const parsed = parseJob(body);
        return parsed.ok ? [parsed.job.payload, parsed.job.item, group] : body;
      }),
  };
}

describe("enqueue", () => {
  test("answers the job, which its worker gets as it was answered", async () => {
    const got: unknown[] = [];
    const { host, run, world } = sender((app) => void app.worker("mail", (req) => got.push(req.body)));
    const _created = new Date(world.clock.now()).toISOString();
    const answered = await run((data) => data.enqueue("mail", { to: "ada", at: new Date(0), gone: undefined }));
    expect(answered).toEqual({
      _id: expect.stringMatching(/^\w{26}$/),
      jobId: expect.anything(),
      topic: "mail",
      payload: { to: "ada", at: "1970-01-01T00:00:00.000Z" },
      _created,
    });
    expect(answered).toMatchObject({ jobId: field({ body: answered } as never, "_id") });
    await world.drain(host);
    expect(got).toEqual([answered]);
  });

  test.for([null, 0, "", false, [1, { a: [] }], "text"])("takes %j as a payload", async (payload) => {
    const got: unknown[] = [];
    const { host, run, world } = sender((app) => void app.worker("t", (req) => got.push(req.body.payload)));
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
    expect(ids).toEqual([...new Set(Array.isArray(ids) ? ids : [])].toSorted());
    expect(ids).toHaveLength(50);
  });

  test("spreads jobs over the slots of their topic, each always into the same", async () => {
    const { held, run } = sender((app) => void app.worker("t", () => {}, { workers: 4 }));
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
      void app.worker("mail", () => {});
      void app.worker("import", () => {});
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
    const { refusal } = sender((app) => void app.worker("t", () => {}, { source }));
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

describe("enqueueFromQuery", () => {
  const seed: Task = (data) =>
    data.insertMany("c", [
      { _id: "a", n: 1, secret: "x" },
      { _id: "b", n: 2 },
      { _id: "d", n: 1 },
      { _id: "e", n: 1, secret: "y" },
    ]);

  test("makes one job of each match; they share the job's id, and each has its document's", async () => {
    const got: unknown[] = [];
    const { host, run, world } = sender((app) => void app.worker("t", (req) => got.push(req.body)));
    await run(seed);
    const answered = await run((data) => data.enqueueFromQuery("c", { n: 1 }, "t"));
    const jobId = field({ body: answered } as never, "jobId");
    expect(answered).toEqual({ count: 3, jobId: expect.stringMatching(/^\w{26}$/), JobId: jobId });
    await world.drain(host);
    const common = { jobId, topic: "t", _created: new Date(world.clock.now()).toISOString() };
    expect(got).toEqual([
      { ...common, _id: "a", payload: { _id: "a", n: 1, secret: "x" } },
      { ...common, _id: "d", payload: { _id: "d", n: 1 } },
      { ...common, _id: "e", payload: { _id: "e", n: 1, secret: "y" } },
    ]);
  });

  test.for<[object, readonly unknown[]]>([
    [{ limit: 2 }, ["a", "b"]],
    [{ offset: 3 }, ["e"]],
    [{ offset: 1, limit: 2 }, ["b", "d"]],
    [{ reverse: true, limit: 1 }, ["e"]],
    [{ sort: { n: -1 }, limit: 1 }, ["b"]],
    [{ useIndex: "n", startIndex: 1, endIndex: 2 }, ["a", "b", "d", "e"]],
    [{ hints: { $onlycount: 1 } }, ["a", "b", "d", "e"]],
  ])("with %j takes these: %j", async ([options, expected]) => {
    const { held, run } = sender();
    await run(seed);
    expect(await run((data) => data.enqueueFromQuery("c", {}, "t", options))).toMatchObject({ count: expected.length });
    expect(held().map((job) => Array.isArray(job) && job[1])).toEqual(expected);
  });

  test("sends the document as it is projected, under its id, also where the projection hides that", async () => {
    const { held, run } = sender();
    await run(seed);
    const hints = { $fields: { n: 1, _id: 0 } };
    await run((data) => data.enqueueFromQuery("c", { _id: "a" }, "t", { hints }));
    expect(held()).toMatchObject([[{ n: 1 }, "a", jobLane("t", 0)]]);
    expect(JSON.stringify(held())).not.toContain("secret");
  });

  test("sends as it reads: a hundred jobs at a time, however many documents there are", async () => {
    const sends: number[] = [];
    const calls: string[] = [];
    const before = { jobs: 0 };
    const made: Sender = sender(undefined, {
      intercept: async (operation, perform) => {
        if (operation === "list-documents" || operation === "send-jobs") calls.push(operation);
        const result = await perform();
        if (operation === "send-jobs") {
          sends.push(made.world.queue.messages().length - before.jobs);
          before.jobs = made.world.queue.messages().length;
        }
        return result;
      },
    });
    await made.run((data) =>
      data.insertMany(
        "c",
        Array.from({ length: 1_050 }, (_, n) => ({ n })),
      ),
    );
    calls.length = 0;
    expect(await made.run((data) => data.enqueueFromQuery("c", {}, "t"))).toMatchObject({ count: 1_050 });
    expect(sends).toEqual([...Array.from({ length: 10 }, () => 100), 50]);
    // Never more pages ahead than one hundred documents take.
    expect(calls.indexOf("send-jobs")).toBeLessThan(calls.lastIndexOf("list-documents"));
  });

  test("enqueues none where none matches, and refuses what getMany refuses", async () => {
    const { held, refusal, run } = sender();
    expect(await run((data) => data.enqueueFromQuery("c", { n: 1 }, "t"))).toMatchObject({ count: 0 });
    expect(await refusal((data) => data.enqueueFromQuery("c", { $where: "1" }, "t"))).toBe("400 unknown-operator");
    expect(await refusal((data) => data.enqueueFromQuery("c", {}, "t", { limit: -1 }))).toBe("400 invalid-argument");
    expect(await refusal((data) => data.enqueueFromQuery("c", {}, "nobody"))).toBe("400 unknown-topic");
    expect(await refusal((data) => data.enqueueFromQuery("", {}, "t"))).toBe("400 invalid-argument");
    expect(held()).toEqual([]);
  });

  test("takes workflow instances, as getMany does", async () => {
    const { held, run } = sender((app) => {
      void app.worker("t", () => {});
      const w = app.createWorkflow("w", "", { begin: async (_state: { n: number }, goto) => goto(null) });
      app.post("/start", async (_req, res) => res.json(await w.start({ n: 1 }, { id: "i1" })));
    });
    await run(async () => {
      const { internalFetch } = await import("../../src/internal-fetch.ts");
      expect((await internalFetch("/start", { method: "POST" })).status).toBe(200);
    });
    expect(await run((data) => data.enqueueFromQuery("workflowdata", {}, "t"))).toMatchObject({ count: 1 });
    expect(held()).toMatchObject([[{ _id: "i1", n: 1, workflowName: "w" }, "i1", jobLane("t", 0)]]);
  });
});

describe("names that begin with _stephooks", () => {
  test.for<[string, Task]>([
    ["insertOne", (data) => data.insertOne("_stephooks", { _id: "deployment:x" })],
    ["getMany", (data) => data.getMany("_stephooks").toArray()],
    ["removeMany", (data) => data.removeMany("_stephooksOther", {})],
    ["enqueueFromQuery", (data) => data.enqueueFromQuery("_stephooks", {}, "t")],
    ["set", (data) => data.set("k", 1, { keyspace: "_stephooks_jobs" })],
    ["incr", (data) => data.incr("k", 1, { keyspace: "_stephooks_jobs" })],
    ["get", (data) => data.get("k", { keyspace: "_stephooks_jobs" })],
    ["del", (data) => data.del("k", { keyspace: "_stephooks_jobs" })],
    ["getAll", (data) => data.getAll("", { keyspace: "_stephooks_jobs" }).toArray()],
    ["delAll", (data) => data.delAll("", { keyspace: "_stephooks_jobs" })],
  ])("are refused by %s", async ([, task]) => {
    expect(await sender().refusal(task)).toBe("400 reserved-name");
  });

  test("are no others", async () => {
    const { run } = sender();
    await run((data) => data.insertOne("stephooks", { _id: "a" }));
    await run((data) => data.set("_stephooks", 1, { keyspace: "my_stephooks" }));
  });
});
