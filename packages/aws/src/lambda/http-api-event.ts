import { encodedFromDecoded, encodedPath } from "./encoded-path.ts";
import { type EventRecord, recordIn, textIn } from "./event-record.ts";
import { readRequest, unsupportedMethod } from "./read-request.ts";
import type { HttpEvent, LambdaHttpResult, WholeAnswer } from "./http-event.ts";
import { lastHeader, type NameValue, headerValues } from "./name-values.ts";
import { resultParts } from "./result-parts.ts";

/** Payload format 2.0: an HTTP API or a Function URL. Undefined for anything else. */
export function httpApiEvent(event: EventRecord): HttpEvent | undefined {
  const context = recordIn(event, "requestContext");
  const http = recordIn(context, "http");
  const method = textIn(http, "method");
  if (textIn(event, "version") !== "2.0" || method === undefined) return undefined;
  const domain = textIn(context, "domainName");
  // Both send the same payload, but only a Function URL leaves the path encoded. It has no custom domain names.
  const isFunctionUrl = domain?.includes(".lambda-url.") ?? false;
  const path = textIn(event, "rawPath") ?? textIn(http, "path") ?? "/";
  const rawPath = isFunctionUrl ? encodedPath(path) : encodedFromDecoded(path);
  const stage = textIn(context, "stage");
  return {
    kind: "http",
    shape: isFunctionUrl ? "function-url" : "http-api",
    method,
    unsupportedMethod: unsupportedMethod(method),
    rawPath,
    stage: stage === "$default" ? undefined : stage,
    sourceIp: textIn(http, "sourceIp"),
    requestId: textIn(context, "requestId"),
    read: () => {
      const headers = eventHeaders(event);
      return readRequest({
        method,
        scheme: "https",
        host: domain ?? lastHeader(headers, "host"),
        path: rawPath,
        query: textIn(event, "rawQueryString") ?? "",
        headers,
        body: event["body"],
        isBase64Encoded: event["isBase64Encoded"] === true,
      });
    },
    respond: (answer) => httpApiResult(answer, method),
  };
}

/** Repeated headers arrive joined by commas, cookies apart from them. */
function eventHeaders(event: EventRecord): NameValue[] {
  const headers = headerValues(recordIn(event, "headers"), {});
  const cookies = event["cookies"];
  if (!Array.isArray(cookies) || cookies.length === 0) return headers;
  const cookie = cookies.filter((part) => typeof part === "string").join("; ");
  return [...headers.filter(([name]) => name.toLowerCase() !== "cookie"), ["cookie", cookie]];
}

function httpApiResult(answer: WholeAnswer, method: string): LambdaHttpResult {
  const { statusCode, headers, cookies, body, isBase64Encoded } = resultParts(answer, method);
  return { statusCode, headers, ...(cookies.length > 0 && { cookies }), body, isBase64Encoded };
}
