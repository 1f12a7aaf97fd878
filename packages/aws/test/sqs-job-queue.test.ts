import { randomUUID } from "node:crypto";
import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type Job, type JobQueue, MAX_JOB_BYTES, type OutgoingJob, parseJob } from "@stephooks/core";
import { type Emulator, startSqsEmulator } from "@stephooks/emulators";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAwsClients, sqsJobQueue, sqsQueueSource } from "../src/index.ts";
import { drained, type EmulatedJobs, emulatedJobs } from "./emulated-jobs.ts";

let emulator: Emulator;
let sqs: SQSClient;
let urls: EmulatedJobs;
let queue: JobQueue;

beforeAll(async () => {
  emulator = await startSqsEmulator();
  sqs = createAwsClients({
    sqsEndpoint: emulator.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  }).sqs;
});
afterAll(async () => {
  sqs.destroy();
  await emulator.stop();
});
beforeEach(async () => {
  urls = await emulatedJobs(sqs, 60);
  queue = sqsJobQueue(sqs, urls);
  intercept((send) => send());
});

/** Numbers of the jobs of each request, lane by lane: `"a1 b1 a2"`. */
let requests: string[];

type Entries = NonNullable<SendMessageBatchCommandInput["Entries"]>;

/** The request takes some entries to the broker and answers for the others. */
type Act = (
  send: (without?: readonly string[], failure?: Omit<BatchResultErrorEntry, "Id">) => Promise<object>,
  names: readonly string[],
) => Promise<object>;

/** Every send request goes through `act`. */
function intercept(act: Act): void {
  requests = [];
  sqs.middlewareStack.remove("intercept");
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as SendMessageBatchCommandInput;
      if (!Array.isArray(input.Entries) || !("MessageBody" in (input.Entries[0] ?? {}))) return await next(args);
      const named = input.Entries.map((entry) => ({ entry, name: nameOf(entry.MessageBody) }));
      requests.push(named.map(({ name }) => name).join(" "));
      const send: Parameters<Act>[0] = async (without = [], failure = internal) => {
        const taken: Entries = named.filter(({ name }) => !without.includes(name)).map(({ entry }) => entry);
        const left = named.filter(({ name }) => without.includes(name));
        const Failed = left.map(({ entry }) => ({ ...failure, Id: entry.Id }));
        if (taken.length === 0) return { Successful: [], Failed };
        const { output } = await next({ ...args, input: { ...input, Entries: taken } });
        return { ...(output as SendMessageBatchCommandOutput), Failed };
      };
      const output = await act(
        send,
        named.map(({ name }) => name),
      );
      return { output: { $metadata: {}, ...output } as SendMessageBatchCommandOutput, response: {} };
    },
    { step: "initialize", name: "intercept" },
  );
}

const internal = { Code: "InternalError", Message: "try again", SenderFault: false };

function nameOf(body: string | undefined): string {
  const parsed = parseJob(body ?? "");
  return parsed.ok ? parsed.job.id : parsed.reason;
}

/** `a1` is the first job of topic a. */
function job(name: string, payload: Job["payload"] = null): OutgoingJob {
  return { job: { id: name, item: name, topic: name.replace(/\d+$/, ""), payload, createdAt: 1 }, slot: 0 };
}

const jobs = (names: string): readonly OutgoingJob[] => names.split(" ").map((name) => job(name));
const series = (topic: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${topic}${index + 1}`).join(" ");
const settled = async (sends: readonly Promise<void>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(sends)).map(({ status }) => status);

/** Everything the broker holds, in its order; one lane after the other. */
async function held(): Promise<string> {
  const names = (await drained(sqsQueueSource(sqs, urls.queueUrl))).map(({ body }) => nameOf(body));
  return names
    .toSorted((one, other) => (topicOf(one) < topicOf(other) ? -1 : topicOf(one) > topicOf(other) ? 1 : 0))
    .join(" ");
}

const topicOf = (name: string): string => name.replace(/\d+$/, "");

describe("batches on the wire", () => {
  test("hold ten jobs of one lane, one batch after the other", async () => {
    await queue.send(jobs(series("a", 25)));
    expect(requests.map((request) => request.split(" ").length)).toEqual([10, 10, 5]);
    expect(await held()).toBe(series("a", 25));
  });

  test("hold jobs of many lanes, one of each before a second", async () => {
    await queue.send(jobs("a1 a2 a3 b1 b2 c1"));
    expect(requests).toEqual(["a1 b1 c1 a2 b2 a3"]);
    expect(await held()).toBe("a1 a2 a3 b1 b2 c1");
  });

  test("are in flight at once for different lanes, never for one", async () => {
    const open = new Map<string, number>();
    let most = 0;
    intercept(async (send, names) => {
      const topics = new Set(names.map(topicOf));
      for (const topic of topics) open.set(topic, (open.get(topic) ?? 0) + 1);
      most = Math.max(most, [...open.values()].filter((count) => count > 0).length);
      expect(Math.max(...open.values())).toBe(1);
      const answer = await send();
      for (const topic of topics) open.set(topic, (open.get(topic) ?? 0) - 1);
      return answer;
    });
    const topics = "abcdefghijklmnopqrstuvwxyz".split("");
    const all = topics.flatMap((topic) => jobs(series(topic, 12)));
    await queue.send(all);
    expect(most).toBeGreaterThan(10);
    expect(await held()).toBe(topics.map((topic) => series(topic, 12)).join(" "));
  });

  test("are shared by calls of the same time, in the order of the calls", async () => {
    await Promise.all(["a1", "b1", "a2", "a3"].map((name) => queue.send(jobs(name))));
    expect(requests).toEqual(["a1 b1 a2 a3"]);
    expect(await held()).toBe("a1 a2 a3 b1");
  });

  test("do not exceed 1 MiB", async () => {
    await queue.send([
      job("a1", "x".repeat(400_000)),
      job("a2", "x".repeat(400_000)),
      job("a3", "x".repeat(400_000)),
      job("a4"),
    ]);
    expect(requests).toEqual(["a1 a2", "a3 a4"]);
    expect(await held()).toBe("a1 a2 a3 a4");
  });

  test("without jobs are no request", async () => {
    await queue.send([]);
    expect(requests).toEqual([]);
  });
});

describe("an entry that fails", () => {
  /** In the first `times` requests the broker does not take these. */
  const refuse = (names: string, times: number, failure?: Omit<BatchResultErrorEntry, "Id">): void =>
    intercept((send) => (requests.length <= times ? send(names.split(" "), failure) : send()));

  test("is sent again before what waits behind it in its lane", async () => {
    refuse("a9 a10", 1);
    await queue.send(jobs(series("a", 15)));
    expect(requests).toEqual([series("a", 10), "a9 a10 a11 a12 a13 a14 a15"]);
    expect(await held()).toBe(series("a", 15));
  });

  test("alone in its lane is sent again while others of the batch are done", async () => {
    refuse("b1", 1);
    await queue.send(jobs("a1 b1 c1"));
    expect(requests).toEqual(["a1 b1 c1", "b1"]);
    expect(await held()).toBe("a1 b1 c1");
  });

  test("and was overtaken in its batch is not sent again: its call fails, and nothing more of it is sent", async () => {
    refuse("a2", 1);
    await expect(queue.send(jobs(series("a", 15)))).rejects.toMatchObject({ code: "unavailable" });
    expect(requests).toHaveLength(1);
    expect(await held()).toBe("a1 a3 a4 a5 a6 a7 a8 a9 a10");
  });

  test("twice fails its call only", async () => {
    refuse("b1", 2);
    expect(await settled([queue.send(jobs("a1 a2")), queue.send(jobs("b1 b2")), queue.send(jobs("c1"))])).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(requests[0]).toBe("a1 b1 c1 a2 b2");
  });

  test("through our own fault fails at once", async () => {
    refuse("b1", 9, { Code: "InvalidMessageContents", SenderFault: true });
    await expect(queue.send(jobs("a1 b1"))).rejects.toMatchObject({ code: "invalid" });
    expect(requests).toEqual(["a1 b1"]);
  });

  test("leaves the lane to the jobs of other calls", async () => {
    intercept((send, names) => (names.includes("a1") ? send(["a1", "a2"], { Code: "X", SenderFault: true }) : send()));
    expect(await settled([queue.send(jobs("a1 a2")), queue.send(jobs("a3"))])).toEqual(["rejected", "fulfilled"]);
    await queue.send(jobs("a4"));
    expect(await held()).toBe("a3 a4");
  });

  test("with its whole request fails every call in it, and the next is sent", async () => {
    intercept((send) =>
      requests.length > 1 ? send() : Promise.reject(Object.assign(new Error("gone"), { code: "ECONNRESET" })),
    );
    await expect(queue.send(jobs(series("a", 12)))).rejects.toMatchObject({ code: "unavailable" });
    await queue.send(jobs("a13"));
    expect(await held()).toBe("a13");
  });
});

describe("what SQS would refuse", () => {
  const tooLarge = "x".repeat(MAX_JOB_BYTES);

  test("is refused before anything is sent", async () => {
    await expect(queue.send([...jobs("a1 a2"), job("a3", tooLarge)])).rejects.toMatchObject({ code: "too-large" });
    await expect(
      queue.bury({ job: job("a3", tooLarge).job, attempts: 1, code: "c", reason: "r", diedAt: 1 }),
    ).rejects.toMatchObject({ code: "too-large" });
    expect(requests).toEqual([]);
  });
});

describe("the dead-letter queue", () => {
  const dead = { job: job("a1").job, attempts: 3, code: "Error", reason: "no", diedAt: 5 };
  test("that does not exist rejects as a missing resource", async () => {
    const nowhere = sqsJobQueue(sqs, { ...urls, deadLetterUrl: urls.deadLetterUrl.replace("dlq", randomUUID()) });
    await expect(nowhere.bury(dead)).rejects.toMatchObject({ code: "missing-resource" });
  });
});
