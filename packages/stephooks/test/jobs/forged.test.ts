import { encodeJob, jobLane } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { enqueued, jobWorld } from "./job-world.ts";

/** A worker beside whose jobs strange messages lie. */
function forgedWorld() {
  const world = jobWorld();
  const ran: string[] = [];
  const app = createApp();
  app.worker("t", (req) => ran.push(req.body.jobId));
  app.worker("other", (req) => ran.push(`other ${req.body.jobId}`));
  return { world, ran, host: world.host(app.init()) };
}

const lane = jobLane("t", 0);
const job = { id: "f", item: "f", topic: "t", payload: 1, createdAt: 0 };

describe("a message that is no job of its lane", () => {
  test.for<[string, string]>([
    ["no JSON", "x"],
    ["empty", ""],
    ["no object", "[1]"],
    ["nothing in it", "{}"],
    ["an older version", '{"v":0,"t":"t","j":"f","c":0,"p":1}'],
    ["a version that is none", '{"v":"2","t":"t","j":"f","c":0,"p":1}'],
    ["fields of other types", '{"v":1,"t":["t"],"j":"f","c":0,"p":1}'],
    ["no payload", '{"v":1,"t":"t","j":"f","c":0}'],
    ["a message for steps", '{"v":1,"i":"inst","k":"create"}'],
    ["a tick of a schedule", '{"stephooks":"tick","job":"t","scheduledAt":"2026-01-01T00:00:00Z"}'],
    ["a job of another topic", encodeJob({ ...job, topic: "other" })],
    ["a job of a topic that nobody has", encodeJob({ ...job, topic: "nobody" })],
  ])("(%s) is kept, has no effect and stops nobody in its lane", async ([, body]) => {
    const { host, ran, world: w } = forgedWorld();
    enqueued(w, { topic: "t", id: "before" });
    w.queue.inject(body, lane);
    enqueued(w, { topic: "t", id: "behind" });
    const { failed } = await w.deliver(host);
    expect(failed).toEqual(["j2"]);
    expect(ran).toEqual(["before", "behind"]);
    expect(w.dead()).toEqual([]);
    expect(w.logged).toMatchObject([{ level: "error", event: "unreadable job kept", message: "j2" }]);
    // Its lane does not wait for it.
    enqueued(w, { topic: "t", id: "later" });
    await w.deliver(host);
    expect(ran).toEqual(["before", "behind", "later"]);
  });

  test.for(["elsewhere", "", `${lane}x`])("in a group of its own (%j) waits for the queue's timeout", async (group) => {
    const { host, ran, world: w } = forgedWorld();
    w.queue.inject(encodeJob(job), group);
    enqueued(w, { topic: "t", id: "real" });
    expect((await w.deliver(host)).failed).toEqual(["j1"]);
    expect(ran).toEqual(["real"]);
    expect(w.queue.messages()).toMatchObject([{ id: "j1", visibleAt: w.clock.now() + 90_000 }]);
  });
});

test("a job of a newer deployment keeps its place: it waits, and so do those behind it", async () => {
  const { host, ran, world: w } = forgedWorld();
  enqueued(w, { topic: "t", id: "before" });
  w.queue.inject('{"v":2,"anything":true}', lane);
  enqueued(w, { topic: "t", id: "behind" });
  enqueued(w, { topic: "other", id: "elsewhere" });
  expect((await w.deliver(host)).failed).toEqual(["j2", "j3"]);
  expect(ran.toSorted()).toEqual(["before", "other elsewhere"]);
  expect((await w.deliver(host)).batch).toEqual([]);
});

test("a job of a topic that no worker has any more is tried as others are, then buried with unknown-topic", async () => {
  const { host, ran, world: w } = forgedWorld();
  const start = w.clock.now();
  enqueued(w, { topic: "gone", id: "g" });
  enqueued(w, { topic: "t", id: "real" });
  await w.drain(host);
  expect(ran).toEqual(["real"]);
  expect(w.clock.now() - start).toBe(3_000);
  expect(w.dead()).toMatchObject([{ job: { id: "g" }, attempts: 3, code: "unknown-topic" }]);
  expect(w.dead()[0]?.reason).toContain('"t", "other"');
});

test("a deployment that has the worker again finds the job", async () => {
  const { host, world: w } = forgedWorld();
  enqueued(w, { topic: "gone", id: "g" });
  await w.deliver(host);
  const app = createApp();
  let ran = 0;
  app.worker("gone", () => void (ran += 1));
  await w.drain(w.host(app.init()));
  expect(ran).toBe(1);
  expect(w.dead()).toEqual([]);
});

test("a worker that reads a source takes no jobs of the app's queue", async () => {
  const w = jobWorld();
  const app = createApp();
  app.worker("t", () => expect.fail("it ran"), {
    source: { queueArn: "arn:aws:sqs:eu-central-1:123456789012:orders" },
  });
  enqueued(w, { topic: "t" });
  await w.drain(w.host(app.init()));
  expect(w.dead()).toMatchObject([{ code: "unknown-topic" }]);
});

test("a job names a prototype: its payload is data and changes nothing else", async () => {
  const w = jobWorld();
  const got: unknown[] = [];
  const app = createApp();
  app.worker("t", (req) => got.push(req.body.payload));
  w.queue.inject('{"v":1,"t":"t","j":"f","c":0,"p":{"__proto__":{"admin":true}},"__proto__":{"admin":true}}', lane);
  await w.drain(w.host(app.init()));
  expect(JSON.stringify(got)).toBe('[{"__proto__":{"admin":true}}]');
  expect(Object.getPrototypeOf(got[0])).toBe(Object.prototype);
  expect("admin" in {}).toBe(false);
});
