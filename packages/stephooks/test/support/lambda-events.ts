import { readFileSync } from "node:fs";
import { isRecord, type ReceivedMessage } from "@stephooks/core";

type Fields = Record<string, unknown>;

/** A request in the words of no service. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** What follows the question mark; for an HTTP API and a Function URL. */
  readonly query?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A recorded event of `events/`. */
export function recordedEvent(name: string): Fields {
  const event: unknown = JSON.parse(readFileSync(new URL(`../events/${name}.json`, import.meta.url), "utf8"));
  if (!isRecord(event)) throw new TypeError(`events/${name}.json is not an object`);
  return { ...event };
}

/** A recorded event of each service that invokes with HTTP, with another request put into it. */
export const httpEvents = {
  "HTTP API": (sent: SentRequest) => payload2(recordedEvent("http-api-post-json"), sent),
  "Function URL": (sent: SentRequest) => payload2(recordedEvent("function-url-get"), sent),
  "REST API": restEvent,
  "load balancer": loadBalancerEvent,
  "load balancer, multi-value": multiValueEvent,
} as const;

/** A request through an HTTP API, the front this project deploys. */
export const httpEvent = httpEvents["HTTP API"];

function payload2(event: Fields, sent: SentRequest): Fields {
  const { cookies: _cookies, queryStringParameters: _query, body: _body, ...rest } = event;
  const context = fieldsIn(event, "requestContext");
  return {
    ...rest,
    rawPath: sent.path,
    rawQueryString: sent.query ?? "",
    headers: { ...fieldsIn(event, "headers"), ...sentHeaders(sent) },
    requestContext: { ...context, http: { ...fieldsIn(context, "http"), method: sent.method, path: sent.path } },
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
  };
}

function restEvent(sent: SentRequest): Fields {
  const event = recordedEvent("rest-post");
  // A REST API keeps the spelling of the client.
  const headers = Object.fromEntries(Object.entries(sentHeaders(sent)).map(([name, value]) => [titled(name), value]));
  return {
    ...event,
    path: sent.path,
    httpMethod: sent.method,
    headers: { ...fieldsIn(event, "headers"), ...headers },
    multiValueHeaders: { ...fieldsIn(event, "multiValueHeaders"), ...listed(headers) },
    requestContext: { ...fieldsIn(event, "requestContext"), httpMethod: sent.method, path: `/prod${sent.path}` },
    body: sent.body === undefined ? null : JSON.stringify(sent.body),
  };
}

function loadBalancerEvent(sent: SentRequest): Fields {
  const event = recordedEvent("load-balancer-single");
  return {
    ...event,
    path: sent.path,
    httpMethod: sent.method,
    queryStringParameters: {},
    headers: { ...fieldsIn(event, "headers"), ...sentHeaders(sent) },
    body: sent.body === undefined ? "" : JSON.stringify(sent.body),
  };
}

/** The recorded one carries its body as base64. */
function multiValueEvent(sent: SentRequest): Fields {
  const event = recordedEvent("load-balancer-multi");
  return {
    ...event,
    path: sent.path,
    httpMethod: sent.method,
    multiValueQueryStringParameters: {},
    multiValueHeaders: { ...fieldsIn(event, "multiValueHeaders"), ...listed(sentHeaders(sent)) },
    body: sent.body === undefined ? "" : Buffer.from(JSON.stringify(sent.body)).toString("base64"),
  };
}

/** What an event source mapping sends for these messages: the recorded record once for each. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): { Records: Fields[] } {
  const { Records: records } = recordedEvent("sqs-batch");
  const [record]: unknown[] = Array.isArray(records) ? records : [];
  if (!isRecord(record)) throw new TypeError("events/sqs-batch.json has no record");
  return {
    Records: messages.map((message) => ({
      ...record,
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: {
        ...fieldsIn(record, "attributes"),
        ApproximateReceiveCount: String(message.receiveCount),
        ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
      },
      eventSourceARN: queueArn,
    })),
  };
}

function sentHeaders(sent: SentRequest): Readonly<Record<string, string>> {
  return { ...(sent.body === undefined ? {} : { "content-type": "application/json" }), ...sent.headers };
}

function titled(name: string): string {
  return name.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}

function listed(headers: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

function fieldsIn(fields: Readonly<Fields>, name: string): Readonly<Fields> {
  const value = fields[name];
  return isRecord(value) ? value : {};
}
