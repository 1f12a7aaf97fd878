import type { ReceivedMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { JobBody } from "../../src/index.ts";
import { failedIds } from "../support/app-world.ts";
import { sqsEvent } from "../support/lambda-events.ts";
import { gate, idle, jobWorld } from "./job-world.ts";

const queueArn = "arn:aws:sqs:eu-central-1:123456789012:orders";
const fifoArn = `${queueArn}.fifo`;

const message = (id: string, body: string, more: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  id,
  body,
  receipt: `r-${id}`,
  receiveCount: 1,
  ...more,
});

/** An app with one worker on each kind of queue; what it is given is `got`. */
function sourceWorld(work: (body: JobBody) => unknown = () => {}) {
  const world = jobWorld();
  const got: JobBody[] = [];
  const app = createApp();
  for (const [topic, arn] of [
    ["orders", queueArn],
    ["line", fifoArn],
  ] as const) {
    app.worker(
      topic,
      (req) => {
        got.push(req.body);
        return work(req.body);
      },
      { source: { queueArn: arn }, timeout: "20s" },
    );
  }
  const calls: string[] = [];
  const host = world.host(app.init(), { intercept: (operation, perform) => (calls.push(operation), perform()) });
  const deliver = async (arn: string, ...messages: readonly ReceivedMessage[]): Promise<readonly string[]> =>
    failedIds(await host.handle(sqsEvent(messages, arn)));
  return { calls, deliver, got, world };
}

describe("a queue of the account", () => {
  test("hands its messages to its worker: parsed where they are JSON, else as texts", async () => {
    const { deliver, got } = sourceWorld();
    expect(await deliver(queueArn, message("m1", '{"order":5}'), message("m2", "plain"), message("m3", ""))).toEqual(
      [],
    );
    const sent = { topic: "orders", _created: new Date(1_793_873_541_183).toISOString() };
    expect(got).toEqual([
      { ...sent, _id: "m1", jobId: "m1", payload: { order: 5 } },
      { ...sent, _id: "m2", jobId: "m2", payload: "plain" },
      { ...sent, _id: "m3", jobId: "m3", payload: "" },
    ]);
  });

  test("gets back exactly those that failed; nothing is counted, put back or buried by the app", async () => {
    const {
      calls,
      deliver,
      world: w,
    } = sourceWorld(({ payload }) => {
      if (payload === "bad") throw new Error("no");
    });
    const bad = message("m2", "bad", { receiveCount: 50 });
    expect(await deliver(queueArn, message("m1", "1"), bad, message("m3", "3"))).toEqual(["m2"]);
    expect(calls).toEqual([]);
    expect(w.logged).toMatchObject([
      { event: "message of a source failed", topic: "orders", message: "m2", receiveCount: 50, reason: "no" },
    ]);
  });

  test("that is a standard queue has them worked on side by side", async () => {
    const open = gate();
    const { deliver, got } = sourceWorld(() => open.promise);
    const delivered = deliver(queueArn, ...["a", "b", "c"].map((id) => message(id, id)));
    await idle();
    expect(got).toHaveLength(3);
    open.resolve();
    expect(await delivered).toEqual([]);
  });

  test("that is a FIFO queue has each group worked on in order; what is behind a failed one comes back, too", async () => {
    const { deliver, got } = sourceWorld(({ payload }) => {
      if (payload === 2) throw new Error("no");
    });
    const failed = await deliver(
      fifoArn,
      message("a1", "1", { group: "a" }),
      message("a2", "2", { group: "a" }),
      message("b1", "1", { group: "b" }),
      message("a3", "3", { group: "a" }),
      message("b3", "3", { group: "b" }),
    );
    expect(failed).toEqual(["a2", "a3"]);
    expect(got.map(({ _id }) => _id).toSorted()).toEqual(["a1", "a2", "b1", "b3"]);
  });

  test("gets back what did not settle within the worker's timeout", async () => {
    const { deliver, world: w } = sourceWorld(({ payload }) => (payload === "slow" ? gate().promise : undefined));
    const delivered = deliver(queueArn, message("m1", "slow"), message("m2", "fast"));
    await idle();
    w.clock.advance(20_000);
    expect(await delivered).toEqual(["m1"]);
    expect(w.logged).toMatchObject([{ code: "job-timeout" }]);
  });
});
