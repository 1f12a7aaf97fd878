import type { ReceivedMessage } from "@stephooks/core";

/** The marks by which the host tells the queues apart. */
export const stepQueueArn = "arn:aws:sqs:us-east-1:000000000000:steps";
export const deadLetterArn = "arn:aws:sqs:us-east-1:000000000000:steps-dead";
export const jobQueueArn = "arn:aws:sqs:us-east-1:000000000000:jobs.fifo";

/** What a test sends with a request. */
export interface RequestOptions {
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The caller has a bearer token of the app's issuer with these claims: the route finds them in `req.jwt`. Only with the
   * deployed access rules, as without them no token is looked at.
   */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The event an HTTP API makes of a request, payload format 2.0. */
export function httpEvent(method: string, target: string, options: RequestOptions, time: number): object {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const { body } = options;
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const isText = typeof body === "string";
  const headers = {
    host: "test.local",
    ...(body === undefined ? {} : { "content-type": isText ? "text/plain" : "application/json" }),
    ...Object.fromEntries(given),
  };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodeURIComponent(path),
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: "000000000000",
      apiId: "test",
      domainName: "test.local",
      http: { method: method.toUpperCase(), path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "testkit" },
      requestId: "test",
      routeKey: "$default",
      stage: "$default",
      timeEpoch: time,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** The event a mapping makes of one batch. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
      },
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: "us-east-1",
    })),
  };
}

/** The event the schedule sends at the beginning of a minute. */
export function sweepEvent(minute: number): object {
  return { stephooks: "sweep", scheduledAt: new Date(minute).toISOString() };
}
