import { isCodedError } from "@stephooks/core";
import { errorText } from "./error-text.ts";
import { StephooksError } from "../stephooks-error.ts";

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
  ["unreadable-body", refused(400)],
  ["unauthorized", refused(401)],
  ["forbidden", refused(403)],
  ["no-route", refused(404)],
  ["method-not-allowed", refused(405)],
  ["body-too-large", refused(413)],
  ["too-many-fields", refused(413)],
  ["unsupported-encoding", refused(415)],
  // The app said these words to the client itself.
  ["handler-error", refused(500)],
  ["unanswered-middleware", refused(500)],
  // Of the engine and the state codec, when a handler lets them through.
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
  ["not-failed", refused(409)],
  ["not-paused", refused(409)],
  ["state-too-large", refused(413)],
  ["handler-timeout", refused(504)],
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
  ["invalid-query", refused(400)],
  ["invalid-update", refused(400)],
  ["unknown-operator", refused(400)],
  ["invalid-operand", refused(400)],
  ["invalid-path", refused(400)],
  ["query-too-deep", refused(400)],
  ["query-too-large", refused(400)],
  ["unsafe-regex", refused(400)],
  // Of the ports.
  ["throttled", tryAgain],
  ["unavailable", tryAgain],
  ["timeout", tryAgain],
]);

/** What the hosted codehooks says when a handler throws; clients of codehooks apps look for it. */
const codehooksFault = Object.freeze({ text: "Unhandled Codehook exception, check logs", fatal: true });

/** The status that answers an error: 500 unless its code means something to a client. */
export function errorStatus(error: unknown): number {
  return ruleOf(error).status;
}

/**
 * The answer to an error, `{ "error": { "code", "message" } }`. With 500 for something thrown it also carries what
 * codehooks sends. `showMessages` sends the messages of faults too.
 */
export function errorResponse(error: unknown, showMessages: boolean): Response {
  const rule = ruleOf(error);
  const code = isCodedError(error) ? error.code : "unhandled-error";
  const message = rule.shown || showMessages ? errorText(error) : "The app failed; its log has the details.";
  const body = { ...(rule === fault ? codehooksFault : {}), error: { code, message } };
  const headers = new Headers({ "content-type": "application/json; charset=utf-8" });
  if (rule.retryAfter !== undefined) headers.set("retry-after", String(rule.retryAfter));
  if (rule.status === 401) headers.set("www-authenticate", "ApiKey");
  if (error instanceof StephooksError && typeof error.details["allow"] === "string") {
    headers.set("allow", error.details["allow"]);
  }
  return new Response(JSON.stringify(body), { status: rule.status, headers });
}

function ruleOf(error: unknown): CodeRule {
  return (isCodedError(error) ? rules.get(error.code) : undefined) ?? fault;
}
