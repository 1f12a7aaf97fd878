import { isCodedError } from "@stephooks/core";
import { errorText } from "./error-text.ts";
import { HttpError } from "./http-error.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { WholeAnswer } from "./http-app.ts";

interface CodeRule {
  readonly status: number;
  /** Whether the message is sent to every caller. Else only where the app is open, as it is while developing. */
  readonly shown: boolean;
  /** Value of `Retry-After`, seconds. */
  readonly retryAfter?: number;
}

const refused = (status: number): CodeRule => ({ status, shown: true });
const tryAgain: CodeRule = { status: 503, shown: false, retryAfter: 1 };
const fault: CodeRule = { status: 500, shown: false };

/** Codes that mean something to a client. Every other error is a fault of the app. */
const rules: ReadonlyMap<string, CodeRule> = new Map([
  ["bad-path", refused(400)],
  ["bad-event", refused(400)],
  ["malformed-json", refused(400)],
  ["json-too-deep", refused(400)],
  ["unsafe-key", refused(400)],
  ["unreadable-body", refused(400)],
  ["unauthorized", refused(401)],
  ["forbidden", refused(403)],
  ["no-route", refused(404)],
  ["method-not-allowed", refused(405)],
  ["body-too-large", refused(413)],
  ["too-many-fields", refused(413)],
  ["unsupported-encoding", refused(415)],
  ["too-many-attempts", { status: 429, shown: true, retryAfter: 60 }],
  ["jwks-unavailable", { status: 503, shown: true, retryAfter: 10 }],
  // The app said these words to the client itself.
  ["handler-error", refused(500)],
  ["unanswered-middleware", refused(500)],
  // Of the engine and the state codec, when a handler lets them through.
  ["file-not-found", refused(404)],
  ["invalid-file-path", refused(400)],
  ["invalid-id", refused(400)],
  ["invalid-state", refused(400)],
  ["unknown-workflow", refused(400)],
  ["state-not-an-object", refused(400)],
  ["state-not-storable", refused(400)],
  ["unknown-instance", refused(404)],
  ["instance-exists", refused(409)],
  ["already-ended", refused(409)],
  ["contended", { status: 503, shown: true, retryAfter: 1 }],
  ["invalid-token", refused(403)],
  ["token-expired", refused(410)],
  ["token-used", refused(409)],
  ["invalid-page", refused(400)],
  ["not-waiting", refused(409)],
  ["not-waiting-yet", { status: 409, shown: true, retryAfter: 1 }],
  ["not-failed", refused(409)],
  ["unknown-step", refused(400)],
  ["not-paused", refused(409)],
  ["state-too-large", refused(413)],
  ["handler-timeout", refused(504)],
  ["answer-too-large", refused(500)],
  // Of the datastore and its queries.
  ["not-found", refused(404)],
  ["duplicate-id", refused(409)],
  ["invalid-document", refused(400)],
  ["invalid-argument", refused(400)],
  ["schema-mismatch", refused(400)],
  ["document-too-large", refused(413)],
  ["workflow-document", refused(409)],
  ["not-a-number", refused(400)],
  ["out-of-range", refused(400)],
  ["reserved-name", refused(400)],
  ["query-required", refused(400)],
  ["hook-refused", refused(400)],
  ["hook-failed", { status: 400, shown: false }],
  ["unknown-topic", refused(400)],
  ["topic-has-source", refused(400)],
  ["invalid-payload", refused(400)],
  ["payload-too-large", refused(413)],
  ["invalid-query", refused(400)],
  ["invalid-update", refused(400)],
  ["unknown-operator", refused(400)],
  ["invalid-operand", refused(400)],
  ["invalid-path", refused(400)],
  ["query-too-deep", refused(400)],
  ["query-too-large", refused(400)],
  ["unsafe-regex", refused(400)],
  ["startup-failed", tryAgain],
  ["startup-pending", tryAgain],
  // Of the ports.
  ["throttled", tryAgain],
  ["unavailable", tryAgain],
  ["timeout", tryAgain],
]);

/** What the hosted codehooks says when a handler throws; clients of codehooks apps look for it. */
const codehooksFault = Object.freeze({ text: "Unhandled Codehook exception, check logs", fatal: true });

/** The whole body of it there, with the number that tells where it was caught. */
const hostedFault = Object.freeze({ ...codehooksFault, text: `${codehooksFault.text} (2)` });

/** Refusals in the app's own words. */
const appsWords: ReadonlySet<string> = new Set(["forbidden", "handler-error"]);

/** Tells the code of an answer that one of our refusals is, also where its body is not ours to shape. */
const codeHeader = "x-stephooks-error";

/** The status that answers an error: its own if the app made it for that, 500 unless its code means something to a client. */
export function errorStatus(error: unknown): number {
  return error instanceof HttpError ? error.status : ruleOf(error).status;
}

/** How errors are told. */
export interface ErrorStyle {
  /** Sends the messages and stacks of faults too: for an app that runs open on the machine of its developer. */
  readonly showDetails: boolean;
  /** As codehooks, which answers what a function throws with 200, and a refusal with its text alone. */
  readonly strict?: boolean;
}

/**
 * The answer to an error, `{ "error": { "code", "message" } }`; for a path without a route the text that codehooks
 * sends. With 500 for something thrown it also carries what codehooks sends then.
 */
export function errorAnswer(error: unknown, style: ErrorStyle): WholeAnswer {
  if (error instanceof HttpError) return appsAnswer(error);
  const rule = ruleOf(error);
  const code = isCodedError(error) ? error.code : "unhandled-error";
  const headers = new Headers({ [codeHeader]: code });
  if (rule.retryAfter !== undefined) headers.set("retry-after", String(rule.retryAfter));
  if (rule.status === 401) headers.set("www-authenticate", "ApiKey");
  if (error instanceof StephooksError && typeof error.details["allow"] === "string") {
    headers.set("allow", error.details["allow"]);
  }
  if (code === "no-route" || (style.strict === true && appsWords.has(code))) {
    headers.set("content-type", "text/plain; charset=utf-8");
    return { status: rule.status, headers, body: Buffer.from(errorText(error)) };
  }
  headers.set("content-type", "application/json; charset=utf-8");
  const json = (status: number, body: object): WholeAnswer => ({
    status,
    headers,
    body: Buffer.from(JSON.stringify(body)),
  });
  if (style.strict === true && code === "unhandled-error") return json(200, hostedFault);
  return json(rule.status, errorBody(error, code, rule, style));
}

/** An answer in the app's own words, and without the header that tells refusals of ours. */
function appsAnswer(error: HttpError): WholeAnswer {
  const { code, details, status } = error;
  const headers = new Headers(error.headers);
  headers.set("content-type", "application/json; charset=utf-8");
  headers.delete(codeHeader);
  const own = { code, message: errorText(error) };
  // Code and message come first, and are ours whatever the details are called.
  const body = { error: { ...own, ...details, ...own } };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** {@link errorAnswer} as a Fetch response. */
export function errorResponse(error: unknown, style: ErrorStyle): Response {
  const { body, headers, status } = errorAnswer(error, style);
  return new Response(body, { headers, status });
}

function errorBody(error: unknown, code: string, rule: CodeRule, { showDetails }: ErrorStyle): object {
  const message = rule.shown || showDetails ? errorText(error) : "The app failed; its log has the details.";
  const stack = showDetails && rule === fault && error instanceof Error ? { stack: error.stack } : {};
  return { ...(rule === fault ? codehooksFault : {}), error: { code, message, ...stack } };
}

function ruleOf(error: unknown): CodeRule {
  return (isCodedError(error) ? rules.get(error.code) : undefined) ?? fault;
}
