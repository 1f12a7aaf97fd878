import { describe, expect, test } from "vitest";
import { parseSqsBatch, recogniseLambdaEvent, sqsBatchResult } from "../../src/lambda/index.ts";
import { loadEvent } from "./load-event.ts";

function records(): Record<string, unknown>[] {
  return loadEvent("sqs-batch")["Records"] as Record<string, unknown>[];
}

test("a batch of three is three messages of one queue, in order", () => {
  expect(recogniseLambdaEvent(loadEvent("sqs-batch"))).toEqual({
    kind: "sqs",
    batch: {
      queueArn: "arn:aws:sqs:eu-central-1:123456789012:orders-StepQueue-1VF9BKQH5BJVI",
      unreadable: [],
      messages: [
        {
          id: "059f36b4-87a3-44ab-83d2-661975830a7d",
          body: '{"v":1,"i":"a"}',
          receipt: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
          receiveCount: 1,
          sentAt: 1_793_873_541_183,
        },
        {
          id: "2e1424d4-f796-459a-8184-9c92662be6da",
          body: "not json",
          receipt: "AQEBzWwaftRI0KuVm4tP+/7q1rGgNqicHq",
          receiveCount: 3,
          sentAt: 1_793_873_541_183,
        },
        {
          id: "c80e8021-a70a-42c7-a470-796e1186f753",
          body: '{"v":1,"i":"c"}',
          receipt: "AQEBaZ+j5qUoOAoxlmrCQPkBm9njMWXqem",
          receiveCount: 10,
          sentAt: 1_793_873_541_183,
        },
      ],
    },
  });
});

test("a message of a FIFO queue names its group; a standard queue's group orders nothing", () => {
  const attributes = { ApproximateReceiveCount: "1", MessageGroupId: "lane.0" };
  const [standard] = records().map((record) => ({ ...record, attributes }));
  const fifo = { ...standard, eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:orders-jobs.fifo" };
  const odd = { ...fifo, attributes: { ...attributes, MessageGroupId: 7 } };
  expect(parseSqsBatch([fifo, odd]).messages.map(({ group }) => group)).toEqual(["lane.0", undefined]);
  expect(parseSqsBatch([standard]).messages[0]).not.toHaveProperty("group");
  expect(parseSqsBatch([standard]).messages[0]).not.toHaveProperty("sentAt");
});

describe("a record that cannot be read", () => {
  test.each([{ body: undefined }, { body: 5 }, { receiptHandle: undefined }, { receiptHandle: "" }])(
    "with %j fails alone",
    (broken) => {
      const [first, second, third] = records();
      const batch = parseSqsBatch([first, { ...second, ...broken }, third]);
      expect(batch.unreadable).toEqual(["2e1424d4-f796-459a-8184-9c92662be6da"]);
      expect(batch.messages).toHaveLength(2);
    },
  );

  test.each([{ messageId: undefined }, { messageId: "" }, { messageId: 7 }])("with %j fails the batch", (broken) => {
    const [first, second] = records();
    expect(() => parseSqsBatch([first, { ...second, ...broken }])).toThrow(
      expect.objectContaining({ code: "bad-event" }),
    );
  });

  test("an empty body is a body", () => {
    expect(parseSqsBatch([{ ...records()[0], body: "" }]).messages).toMatchObject([{ body: "" }]);
  });

  test.each([undefined, {}, { ApproximateReceiveCount: "x" }, { ApproximateReceiveCount: "0" }])(
    "the receive count of attributes %j is one",
    (attributes) => {
      expect(parseSqsBatch([{ ...records()[0], attributes }]).messages).toMatchObject([{ receiveCount: 1 }]);
    },
  );
});

test.each(["arn:aws:sqs:eu-central-1:123456789012:other", undefined])(
  "a record of the queue %s beside another queue's fails the batch",
  (eventSourceARN) => {
    const [first, second] = records();
    expect(() => parseSqsBatch([first, { ...second, eventSourceARN }])).toThrow(
      expect.objectContaining({ code: "bad-event" }),
    );
  },
);

test("the result names each failed message once; none means every message is deleted", () => {
  expect(sqsBatchResult(["a", "b", "a"])).toEqual({
    batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "b" }],
  });
  expect(sqsBatchResult([])).toEqual({ batchItemFailures: [] });
});
