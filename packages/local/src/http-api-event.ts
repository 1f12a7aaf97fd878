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
