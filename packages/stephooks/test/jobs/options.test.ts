import { afterEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { coded } from "../support/app-world.ts";

afterEach(() => vi.unstubAllEnvs());

const work = (): void => {};

const manifestOf = (options?: object): unknown => {
  const app = createApp();
  app.worker("t", work, options);
  return app.init().manifest.workers?.[0];
};

/** As JavaScript may write it. */
const register = (...args: readonly unknown[]): unknown => {
  const { worker } = createApp();
  return Reflect.apply(worker, undefined, args);
};

describe("the manifest", () => {
  test("shows slots, timeout and source of each worker", () => {
    const app = createApp();
    const queueArn = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo";
    app.worker("plain", work);
    app.worker("wide", work, { workers: 4, timeout: "2m" });
    app.queue("source", work, { source: { queueArn } });
    expect(app.init().manifest.workers).toEqual([
      { topic: "plain", slots: 1, timeout: 50_000 },
      { topic: "wide", slots: 4, timeout: 120_000 },
      { topic: "source", slots: 1, timeout: 50_000, sourceArn: queueArn },
    ]);
  });

  test("has as many slots as QUEUE_WORKERS says, where the worker does not", () => {
    vi.stubEnv("QUEUE_WORKERS", "3");
    expect(manifestOf()).toMatchObject({ slots: 3 });
    expect(manifestOf({ workers: 2 })).toMatchObject({ slots: 2 });
    vi.stubEnv("QUEUE_WORKERS", "");
    expect(manifestOf()).toMatchObject({ slots: 1 });
    vi.stubEnv("QUEUE_WORKERS", "many");
    expect(() => manifestOf()).toThrow(coded("invalid-worker"));
  });

  test("does not mind options that nobody knows, as codehooks does not", () => {
    expect(manifestOf({ color: "red", workers: 2 })).toMatchObject({ slots: 2 });
  });
});

describe("refused at once", () => {
  test.for([
    { workers: 0 },
    { workers: 1.5 },
    { workers: 1_001 },
    { workers: "2" },
    { timeout: 0 },
    { timeout: -1 },
    { timeout: "15m" },
    { timeout: "soon" },
    { retry: { maximumAttempts: 0 } },
    { retry: { initialInterval: "x" } },
    { retry: { backoffCoefficient: 0 } },
    { retry: { maximumInterval: -1 } },
    { retry: { jitter: 2 } },
    { retry: 3 },
    { source: "arn:aws:sqs:eu-central-1:123456789012:orders" },
    { source: {} },
    { source: { queueArn: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders" } },
  ])("%j", (options) => {
    expect(() => manifestOf(options)).toThrow(coded("invalid-worker"));
  });

  test.for([undefined, "", "a".repeat(257), "\ud800", 5])("the topic %j", (topic) => {
    expect(() => register(topic, work)).toThrow(coded("invalid-worker"));
  });

  test("a worker that is no function", () => {
    expect(() => register("t")).toThrow(coded("invalid-handler"));
    expect(() => register("t", undefined)).toThrow(coded("invalid-handler"));
    expect(() => register("t", {})).toThrow(coded("invalid-handler"));
    expect(() => register("t", work, "x", work)).toThrow(coded("invalid-handler"));
  });

  test("two workers that read one queue, but not a worker that is registered again", () => {
    const source = { queueArn: "arn:aws:sqs:eu-central-1:123456789012:orders" };
    const app = createApp();
    app.worker("a", work, { source });
    expect(() => app.worker("b", work, { source })).toThrow(coded("invalid-worker"));
    app.worker("a", work, { source });
    app.worker("a", work);
    app.worker("b", work, { source });
    expect(app.init().manifest.workers).toHaveLength(2);
  });
});
