import { isRecord } from "@stephooks/core";
import type { RawAnswer, RawRequest } from "./raw-request.ts";

/** A service in front of Lambda: the event it makes of a request, and the answer it makes of the result. */
export interface Service {
  /** Undefined when the service refuses the request itself. */
  event(request: RawRequest): object | undefined;
}

const CLIENT = "203.0.113.7";

function split({ target }: RawRequest): { readonly path: string; readonly query: string } {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  return { path, query };
}

function bodyOf({ body }: RawRequest): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body === undefined || body.length === 0) return { isBase64Encoded: false };
  return { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
}

/** Header bytes as text; a repeated name keeps all its values. */
function multiHeaders({ headers = [] }: RawRequest): Record<string, string[]> {
  const all: Record<string, string[]> = { host: ["app.example"], "x-forwarded-for": [] };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (key === "host") all[key] = [value];
    else (all[key] ??= []).push(value);
  }
  // Each service appends the address it saw.
  all["x-forwarded-for"] = [[...(all["x-forwarded-for"] ?? []), CLIENT].join(", ")];
  return all;
}

function joinedHeaders(request: RawRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(multiHeaders(request)).map(([name, values]) => [name, values.join(",")]));
}

function payload2(request: RawRequest, path: string, domainName: string): object {
  const { cookie, ...headers } = joinedHeaders(request);
  const method = request.method ?? "GET";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: split(request).query,
    ...(cookie === undefined ? {} : { cookies: cookie.split("; ") }),
    headers,
    requestContext: {
      domainName,
      http: { method, path, protocol: "HTTP/1.1", sourceIp: CLIENT, userAgent: "" },
      requestId: "r",
      stage: "$default",
    },
    ...bodyOf(request),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function multiQuery(request: RawRequest, read: (text: string) => string): Record<string, string[]> {
  const all: Record<string, string[]> = Object.create(null);
  for (const pair of split(request)
    .query.split("&")
    .filter((part) => part !== "")) {
    const [name = "", value = ""] = pair.split(/=(.*)/s).map(read);
    (all[name] ??= []).push(value);
  }
  return all;
}

function lasts(all: Record<string, string[]>): Record<string, string> {
  const single: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(all)) single[name] = values.at(-1) ?? "";
  return single;
}

export const services: Readonly<Record<string, Service>> = {
  "HTTP API": {
    event: (request) => {
      const path = decoded(split(request).path);
      return path === undefined ? undefined : payload2(request, path, "abc.execute-api.eu-central-1.amazonaws.com");
    },
  },
  "Function URL": {
    event: (request) => payload2(request, split(request).path, "abc.lambda-url.eu-central-1.on.aws"),
  },
  "REST API": {
    event: (request) => {
      const { path } = split(request);
      const query = multiQuery(request, (text) => decoded(text.replaceAll("+", " ")) ?? text);
      return {
        resource: "/{proxy+}",
        path,
        httpMethod: request.method ?? "GET",
        headers: lasts(multiHeaders(request)),
        multiValueHeaders: multiHeaders(request),
        queryStringParameters: lasts(query),
        multiValueQueryStringParameters: query,
        requestContext: { stage: "prod", path: `/prod${path}`, identity: { sourceIp: CLIENT }, requestId: "r" },
        ...bodyOf(request),
      };
    },
  },
  "load balancer": { event: (request) => loadBalancer(request, false) },
  "load balancer, multi-value": { event: (request) => loadBalancer(request, true) },
};

function loadBalancer(request: RawRequest, isMulti: boolean): object {
  const query = multiQuery(request, (text) => text);
  return {
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:x" } },
    httpMethod: request.method ?? "GET",
    path: split(request).path,
    ...(isMulti
      ? { multiValueHeaders: multiHeaders(request), multiValueQueryStringParameters: query }
      : { headers: lasts(multiHeaders(request)), queryStringParameters: lasts(query) }),
    ...bodyOf(request),
  };
}

/** What a client gets for the result of a handler, whichever service read it. */
export function answerOf(result: unknown): RawAnswer {
  if (!isRecord(result)) throw new TypeError("the handler answered no HTTP result");
  const headers = new Headers();
  for (const part of [result["headers"], result["multiValueHeaders"]]) {
    for (const [name, value] of Object.entries(isRecord(part) ? part : {})) {
      for (const line of [value].flat()) headers.append(name, String(line));
    }
  }
  const cookies: unknown = result["cookies"];
  if (Array.isArray(cookies)) for (const cookie of cookies) headers.append("set-cookie", String(cookie));
  const text = typeof result["body"] === "string" ? result["body"] : "";
  const body = Buffer.from(text, result["isBase64Encoded"] === true ? "base64" : "utf8");
  return { status: Number(result["statusCode"]), headers, body };
}
