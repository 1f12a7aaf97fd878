import { rawRequest } from "@stephooks/emulators";
import { expect, onTestFinished, test } from "vitest";
import { type Stack, startStack } from "../src/index.ts";
import { recordingBundle } from "./fixtures/recording-bundle.ts";
import { stackOfTest } from "./support/started-stack.ts";
import { until } from "./support/until.ts";

const worker = { topic: "mail", slots: 1, timeout: 1_000 };
const orders = "arn:aws:sqs:eu-central-1:123456789012:orders";
const refunds = "arn:aws:sqs:eu-central-1:123456789012:refunds.fifo";

/** By plain requests: the queues are judged without the code that fills them. */
function request<Answer extends object>({ environment }: Stack, action: string, input: object): Promise<Answer> {
  return rawRequest<Answer>(environment["AWS_ENDPOINT_URL_SQS"] ?? "", `AmazonSQS.${action}`, input);
}

async function urlOf(stack: Stack, name: string): Promise<string> {
  return (await request<{ readonly QueueUrl: string }>(stack, "GetQueueUrl", { QueueName: name })).QueueUrl;
}

async function queueNames(stack: Stack): Promise<readonly string[]> {
  const { QueueUrls } = await request<{ readonly QueueUrls: readonly string[] }>(stack, "ListQueues", {});
  return QueueUrls.map((url) => url.split("/").at(-1) ?? "").toSorted();
}

function send(stack: Stack, url: string, body: string, group?: string): Promise<object> {
  const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: body };
  return request(stack, "SendMessage", { QueueUrl: url, MessageBody: body, ...fifo });
}

test("jobs reach the worker with their group, in batches of their queue", async () => {
  const bundle = recordingBundle({ workers: [worker] });
  const stack = await stackOfTest({ bundle: bundle.file });
  const { jobQueueArn, jobQueueUrl = "" } = stack.resources;
  await send(stack, jobQueueUrl, "one", "mail.0");
  await until("the job is worked on", () => bundle.batches().length === 1);
  expect(bundle.batches()).toEqual([{ arn: jobQueueArn, bodies: ["one"], groups: ["mail.0"] }]);
});

test("messages of the account's queues reach the worker under the ARN it asked for", async () => {
  const bundle = recordingBundle({ workers: [orders, refunds].map((sourceArn) => ({ ...worker, sourceArn })) });
  const stack = await stackOfTest({ bundle: bundle.file });
  await send(stack, await urlOf(stack, "orders"), "order");
  await send(stack, await urlOf(stack, "refunds.fifo"), "refund", "customer");
  await until("both are worked on", () => bundle.batches().length === 2);
  expect(bundle.batches()).toContainEqual({ arn: orders, bodies: ["order"], groups: [null] });
  expect(bundle.batches()).toContainEqual({ arn: refunds, bodies: ["refund"], groups: ["customer"] });
  // What the app has no worker for it has no queue for.
  expect(await queueNames(stack)).toEqual(["orders", "refunds.fifo", "stephooks-steps", "stephooks-steps-dlq"]);
});

test("a new bundle's workers and sources are provisioned and polled", async () => {
  const before = recordingBundle({});
  const stack = await stackOfTest({ bundle: before.file });
  expect(await queueNames(stack)).toEqual(["stephooks-steps", "stephooks-steps-dlq"]);
  expect(stack.resources.jobQueueUrl).toBeUndefined();
  const after = recordingBundle({ workers: [worker, { ...worker, topic: "orders", sourceArn: orders }] });
  await stack.reload(after.file);
  await send(stack, stack.resources.jobQueueUrl ?? "", "job", "mail.0");
  await send(stack, await urlOf(stack, "orders"), "order");
  await until("both are worked on", () => after.batches().length === 2);
  expect(before.batches()).toEqual([]);
});

test.each([
  ["worker", { workers: [{ ...worker, timeout: 300_000 }] }],
  ["scheduled job", { crons: [{ name: "nightly", expression: "0 3 * * *", timeZone: "UTC", timeout: 300_000 }] }],
])("the timeout of a %s sets how long messages stay hidden", async (_name, manifest) => {
  const stack = await startStack({ bundle: recordingBundle(manifest).file, output: "ignore" });
  onTestFinished(() => stack.stop());
  for (const name of await queueNames(stack)) {
    const input = { QueueUrl: await urlOf(stack, name), AttributeNames: ["VisibilityTimeout"] };
    expect(await request(stack, "GetQueueAttributes", input)).toEqual({ Attributes: { VisibilityTimeout: "340" } });
  }
});
