import { isRecord } from "@stephooks/core";

/** What is used of a fastify server. */
interface Server {
  readonly addHook: (
    name: string,
    hook: (request: unknown, reply: unknown, payload: unknown) => Promise<unknown>,
  ) => void;
  readonly inject: (request: object) => Promise<unknown>;
}

/**
 * A receive that waits for messages goes on in fauxqs 2.4.1 when its client is gone, and takes a message that nobody gets
 * before the visibility timeout is over. Such a message is put back at once; it has been received once more then. SQS
 * notices that a connection is closed. They go back one after the other, in the order in which they were received.
 */
export function releaseUndelivered(fastify: unknown): void {
  if (!isServer(fastify)) return;
  fastify.addHook("onSend", async (request, _reply, payload) => {
    if (isRecord(request) && isGone(request)) await release(fastify, request, payload);
    return payload;
  });
}

async function release(server: Server, request: Readonly<Record<string, unknown>>, payload: unknown): Promise<void> {
  const { body, headers } = request;
  if (!isRecord(headers) || headers["x-amz-target"] !== "AmazonSQS.ReceiveMessage" || !isRecord(body)) return;
  for (const ReceiptHandle of receiptsIn(payload)) {
    await server.inject({
      method: "POST",
      url: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ChangeMessageVisibility" },
      payload: JSON.stringify({ QueueUrl: body["QueueUrl"], ReceiptHandle, VisibilityTimeout: 0 }),
    });
  }
}

function receiptsIn(payload: unknown): readonly unknown[] {
  const answer: unknown = typeof payload === "string" ? JSON.parse(payload) : payload;
  const messages = isRecord(answer) ? answer["Messages"] : undefined;
  return Array.isArray(messages)
    ? messages.map((message: unknown) => isRecord(message) && message["ReceiptHandle"])
    : [];
}

function isGone({ raw }: Readonly<Record<string, unknown>>): boolean {
  const socket = isRecord(raw) ? raw["socket"] : undefined;
  return isRecord(socket) && socket["destroyed"] === true;
}

function isServer(value: unknown): value is Server {
  return isRecord(value) && typeof value["addHook"] === "function" && typeof value["inject"] === "function";
}
