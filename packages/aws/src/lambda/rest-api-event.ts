import { encodedFromDecoded, encodedPath } from "./encoded-path.ts";
import { type EventRecord, recordIn, textIn } from "./event-record.ts";
import { readRequest, unsupportedMethod } from "./read-request.ts";
import type { HttpEvent, LambdaHttpResult, WholeAnswer } from "./http-event.ts";
import { headerValues, lastHeader, nameValues } from "./name-values.ts";
import { resultParts } from "./result-parts.ts";

/** A REST API's proxy event, or an HTTP API's with payload format 1.0. Undefined for anything else. */
export function restApiEvent(event: EventRecord): HttpEvent | undefined {
  const context = recordIn(event, "requestContext");
  const method = textIn(event, "httpMethod");
  const path = textIn(event, "path");
  if (method === undefined || path === undefined || Object.keys(context).length === 0) return undefined;
  const stage = textIn(context, "stage");
  // Only an HTTP API writes the version; it decodes the path, a REST API does not.
  const encode = textIn(event, "version") === "1.0" ? encodedFromDecoded : encodedPath;
  const rawPath = encode(`${stagePrefix(path, textIn(context, "path"), stage)}${path}`);
  return {
    kind: "http",
    shape: "rest-api",
    method,
    unsupportedMethod: unsupportedMethod(method),
    rawPath,
    stage: stage === "$default" ? undefined : stage,
    sourceIp: textIn(recordIn(context, "identity"), "sourceIp"),
    requestId: textIn(context, "requestId"),
    read: () => {
      const headers = headerValues(recordIn(event, "headers"), recordIn(event, "multiValueHeaders"));
      return readRequest({
        method,
        scheme: "https",
        host: textIn(context, "domainName") ?? lastHeader(headers, "host"),
        path: rawPath,
        query: encodedQuery(event),
        headers,
        body: event["body"],
        isBase64Encoded: event["isBase64Encoded"] === true,
      });
    },
    respond: (answer) => restApiResult(answer, method),
  };
}

/**
 * `path` has no stage, the context's path has what the client sent. Only when the two differ by exactly the stage did
 * the stage stand in the URL (on a custom domain a base path may have the stage's name).
 */
function stagePrefix(path: string, sentPath: string | undefined, stage: string | undefined): string {
  if (sentPath === undefined || stage === undefined) return "";
  return comparable(sentPath) === comparable(`/${stage}${path}`) ? `/${stage}` : "";
}

function comparable(path: string): string {
  const trimmed = path.replace(/\/$/, "");
  try {
    return decodeURIComponent(trimmed);
  } catch {
    return trimmed;
  }
}

/** The service has decoded names and values. */
function encodedQuery(event: EventRecord): string {
  const single = recordIn(event, "queryStringParameters");
  const multi = recordIn(event, "multiValueQueryStringParameters");
  const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
  return nameValues(single, multi)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** The service answers 502 to a field it does not know, so there is no `cookies` here. */
function restApiResult(answer: WholeAnswer, method: string): LambdaHttpResult {
  const { statusCode, headers, cookies, body, isBase64Encoded } = resultParts(answer, method);
  const repeated = cookies.length > 0 && { multiValueHeaders: { "set-cookie": cookies } };
  return { statusCode, headers, ...repeated, body, isBase64Encoded };
}
