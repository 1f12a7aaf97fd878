import { jobLane } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { internalFetch } from "../../src/internal-fetch.ts";
import { field } from "../support/app-world.ts";
import { type Sender, sender, type Task } from "./sender.ts";

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
    const { host, run, world } = sender((app) => app.worker("t", (req) => got.push(req.body)));
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
    [{ useIndex: "n", startIndex: 1, endIndex: 2 }, ["a", "d", "e", "b"]],
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
      app.worker("t", () => {});
      const w = app.createWorkflow("w", "", { begin: async (_state: { n: number }, goto) => goto(null) });
      app.post("/start", async (_req, res) => res.json(await w.start({ n: 1 }, { id: "i1" })));
    });
    await run(async () => {
      expect((await internalFetch("/start", { method: "POST" })).status).toBe(200);
    });
    expect(await run((data) => data.enqueueFromQuery("workflowdata", {}, "t"))).toMatchObject({ count: 1 });
    expect(held()).toMatchObject([[{ _id: "i1", n: 1, workflowName: "w" }, "i1", jobLane("t", 0)]]);
  });
});
