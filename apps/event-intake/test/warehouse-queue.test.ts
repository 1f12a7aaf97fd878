import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { rawRequest } from "@stephooks/emulators";
import { type Stack, startStack } from "@stephooks/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureOf } from "../signature.ts";

const LIMIT = 60_000;
const SECRET = "shared with the shop";
const AT = "2026-01-01T09:00:00.000Z";

const folder = mkdtempSync(join(tmpdir(), "event-intake-"));
let stack: Stack;
let sqs = "";
let queueUrl = "";

beforeAll(async () => {
  const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
  const { file } = await bundleApp({ entry, outDir: folder });
  stack = await startStack({ bundle: file, output: "ignore", environment: { WEBHOOK_SECRET: SECRET } });
  sqs = stack.environment["AWS_ENDPOINT_URL_SQS"] ?? "";
  const found = await rawRequest<{ QueueUrl: string }>(sqs, "AmazonSQS.GetQueueUrl", { QueueName: "warehouse-events" });
  queueUrl = found.QueueUrl;
}, LIMIT);
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A message of the warehouse, which knows nothing of this app. */
async function tell(body: string): Promise<void> {
  await rawRequest(sqs, "AmazonSQS.SendMessage", { QueueUrl: queueUrl, MessageBody: body });
}

async function shopSends(event: object): Promise<void> {
  const body = JSON.stringify(event);
  const signature = signatureOf(body, SECRET, Math.floor(Date.now() / 1_000));
  const headers = { "content-type": "application/json", "x-signature": signature };
  expect((await fetch(`${stack.url}/webhooks/shop`, { method: "POST", headers, body })).status).toBe(202);
}

/** What the app answers, as soon as it satisfies `holds`. `Answer` is the route's own form, which is not checked. */
async function until<Answer>(path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const answer: Answer = JSON.parse(await (await fetch(`${stack.url}${path}`)).text());
    if (holds(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

test(
  "messages of another team's queue start and resume workflows; one that comes twice counts once, bad ones are put aside",
  async () => {
    const sent = JSON.stringify({ id: "w1", kind: "sent", order: "7", at: AT });
    await tell(sent);
    await tell(sent);
    await tell("not JSON");
    await tell(JSON.stringify({ id: "w2", kind: "exploded", order: "7", at: AT }));
    await shopSends({ id: "s1", kind: "placed", order: "7", at: AT });
    await shopSends({ id: "s2", kind: "paid", order: "7", at: AT });
    const order = await until<{ status: string }>("/orders/7", ({ status }) => status === "completed");
    expect(order).toMatchObject({ placed: AT, paid: AT, sent: AT });
    const refused = await until<readonly { reason: string }[]>("/refused-events", (list) => list.length === 2);
    expect(refused.map(({ reason }) => reason).toSorted()).toEqual([
      "it has no id of 1 to 50 letters, digits, _ or -",
      "its kind is none of placed, paid, sent",
    ]);
    const left = await rawRequest<{ Attributes: Record<string, string> }>(sqs, "AmazonSQS.GetQueueAttributes", {
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    expect(Object.values(left.Attributes)).toEqual(["0", "0"]);
  },
  2 * LIMIT,
);
