import { isRecord } from "@stephooks/core";

/** One request as the local server received it. */
export interface ServerRequest {
  readonly request: Request;
  /** Path of the request, percent-decoded once: an HTTP API hands its functions decoded paths. */
  readonly path: string;
  /** Query string exactly as sent, without `?`. */
  readonly query: string;
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly time: number;
}

/** The event an HTTP API with payload format 2.0 makes of a request to its `$default` stage. */
export function httpApiEvent({ request, path, query, body, sourceIp, requestId, time }: ServerRequest): object {
  const headers = Object.fromEntries([...request.headers].filter(([name]) => name !== "cookie"));
  const cookies = request.headers.get("cookie")?.split("; ");
  const host = request.headers.get("host") ?? "localhost";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    ...(cookies ? { cookies } : {}),
    headers,
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp,
        userAgent: request.headers.get("user-agent") ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: accessLogTime(time),
      timeEpoch: time,
    },
    ...(body.byteLength > 0 ? { body: Buffer.from(body).toString("base64") } : {}),
    isBase64Encoded: body.byteLength > 0,
  };
}

/** Such as `18/Nov/2026:11:06:40 +0000`. */
function accessLogTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** The response an HTTP API makes of a handler's result; what it cannot read becomes its own 500. */
export function httpApiResponse(result: unknown): Response {
  try {
    if (isRecord(result) && typeof result["statusCode"] === "number") return responseOf(result, result["statusCode"]);
  } catch {
    // A status or a header that HTTP does not know.
  }
  return Response.json({ message: "Internal Server Error" }, { status: 500 });
}

/** @throws RangeError, TypeError */
function responseOf(result: Readonly<Record<string, unknown>>, status: number): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(result["headers"]) ? result["headers"] : {})) {
    headers.append(name, String(value));
  }
  const cookies: unknown = result["cookies"];
  if (Array.isArray(cookies)) for (const cookie of cookies) headers.append("set-cookie", String(cookie));
  const text = typeof result["body"] === "string" ? result["body"] : "";
  const body = result["isBase64Encoded"] === true ? Buffer.from(text, "base64") : text;
  return new Response(bodyless.includes(status) || body.length === 0 ? null : body, { status, headers });
}

/** Statuses that have no body; Fetch refuses one. */
const bodyless: readonly number[] = [204, 205, 304];
