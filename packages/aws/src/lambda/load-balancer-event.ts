import { STATUS_CODES } from "node:http";
import { isRecord } from "@stephooks/core";
import { encodedPath } from "./encoded-path.ts";
import { type EventRecord, recordIn, textIn } from "./event-record.ts";
import { readRequest, unsupportedMethod } from "./read-request.ts";
import type { HttpEvent, LambdaHttpResult, WholeAnswer } from "./http-event.ts";
import { headerValues, lastHeader, nameValues } from "./name-values.ts";
import { resultParts } from "./result-parts.ts";

/** An Application Load Balancer's event, with multi-value headers or without. Undefined for anything else. */
export function loadBalancerEvent(event: EventRecord): HttpEvent | undefined {
  const method = textIn(event, "httpMethod");
  if (method === undefined || !isRecord(recordIn(event, "requestContext")["elb"])) return undefined;
  // The target group's setting decides which fields the load balancer fills, and which it reads in the result.
  const isMulti = isRecord(event["multiValueHeaders"]);
  const headers = headerValues(recordIn(event, "headers"), recordIn(event, "multiValueHeaders"));
  const rawPath = encodedPath(textIn(event, "path") ?? "/");
  return {
    kind: "http",
    shape: "load-balancer",
    method,
    unsupportedMethod: unsupportedMethod(method),
    rawPath,
    stage: undefined,
    sourceIp: lastHop(lastHeader(headers, "x-forwarded-for")),
    requestId: undefined,
    read: () =>
      readRequest({
        method,
        scheme: lastHeader(headers, "x-forwarded-proto") === "https" ? "https" : "http",
        host: lastHeader(headers, "host"),
        path: rawPath,
        query: sentQuery(event),
        headers,
        body: event["body"],
        isBase64Encoded: event["isBase64Encoded"] === true,
      }),
    respond: (answer) => loadBalancerResult(answer, method, isMulti),
  };
}

/** The load balancer appends the address it saw; what stands before it is the client's claim. It may add the port. */
function lastHop(forwardedFor: string | undefined): string | undefined {
  const hop = forwardedFor?.split(",").at(-1)?.trim();
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(hop ?? "")?.[1] ?? /^([\d.]+):\d+$/.exec(hop ?? "")?.[1] ?? hop;
  return address === "" ? undefined : address;
}

/** The load balancer does not decode names and values. */
function sentQuery(event: EventRecord): string {
  return nameValues(recordIn(event, "queryStringParameters"), recordIn(event, "multiValueQueryStringParameters"))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function loadBalancerResult(answer: WholeAnswer, method: string, isMulti: boolean): LambdaHttpResult {
  const { statusCode, headers, cookies, body, isBase64Encoded } = resultParts(answer, method);
  const statusDescription = `${statusCode} ${STATUS_CODES[statusCode] ?? "Unknown"}`;
  const rest = { statusCode, statusDescription, body, isBase64Encoded };
  if (!isMulti) return { ...rest, headers: { ...headers, ...separateCookies(cookies) } };
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    ...rest,
    multiValueHeaders: cookies.length > 0 ? { ...multiValueHeaders, "set-cookie": cookies } : multiValueHeaders,
  };
}

/**
 * Without multi-value headers a name stands for one value, and cookies joined by commas are lost in the browser. Header
 * names differ by case in JSON but not in HTTP, so each cookie gets its own spelling: `set-cookie`, `Set-cookie`,
 * `sEt-cookie` … AWS does not document that the load balancer keeps them apart: turn the target group's
 * `lambda.multi_value_headers.enabled` on where several cookies matter.
 */
function separateCookies(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(cookies.map((cookie, index) => [spelling("set-cookie", index), cookie]));
}

/** The `index`-th of the 512 spellings of the name: bit n of the index puts its n-th letter in upper case. */
function spelling(name: string, index: number): string {
  let letter = 0;
  return name.replace(/[a-z]/g, (character) => ((index >> letter++) & 1 ? character.toUpperCase() : character));
}
