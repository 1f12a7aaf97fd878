import { CodedError } from "@stephooks/core";

/**
 * Refusals, answered with the status in `http-error-response.ts`:
 *
 * - `bad-path`: a path that two layers could read differently.
 * - `method-not-allowed`: nothing here ever takes the method.
 * - `unauthorized`: no valid key, no valid token and no `app.auth` hook for the path.
 * - `forbidden`: an `app.auth` hook did not let the request pass, or a read-only key wanted to write.
 * - `no-route`: nothing is registered for method and path.
 * - `body-too-large`, `too-many-fields`: more than the limit.
 * - `malformed-json`, `json-too-deep`: the body is not JSON that can be accepted.
 * - `unsafe-key`: a name in body or query could reach a prototype.
 * - `too-many-attempts`: this address sent too many keys that are none.
 * - `jwks-unavailable`: a token could not be checked, because its issuer's keys could not be had.
 * - `unsupported-encoding`: a compressed body.
 * - `unreadable-body`: the body broke off.
 *
 * Faults of the app, answered with 500:
 *
 * - `handler-error`: a function called `next(error)`.
 * - `unanswered-middleware`: a middleware neither answered nor called `next`.
 * - `unhandled-error`: a function threw something without a code.
 * - `invalid-status`, `invalid-header`: a response that HTTP cannot carry.
 *
 * Thrown while the app starts:
 *
 * - `invalid-path`, `invalid-handler`: a registration that could never work.
 * - `invalid-worker`: options of `app.worker`, or `QUEUE_WORKERS`, that cannot be.
 * - `invalid-access`: the configured key is not a SHA-256, or the JWKS address is not one that may be asked.
 *
 * Given up by the host:
 *
 * - `handler-timeout`: a function did not settle in the time the invocation had.
 * - `answer-too-large`: more than Lambda, or the service in front of it, passes on at once.
 * - `invalid-job`: an `app.job` that could never run as it is written.
 * - `job-failed`: of a run that a tool asked for.
 * - `job-timeout`: a worker's function did not settle within its timeout.
 *
 * Of the app's own API:
 *
 * - `no-host`: a workflow was used outside an invocation, where there is no table and no queue.
 * - `duplicate-workflow`: a second workflow of the same name.
 * - `not-found`: no document has the id, or matches the query.
 * - `duplicate-id`: a document with this `_id` exists.
 * - `invalid-document`, `invalid-id`, `invalid-argument`: what the datastore was given cannot be used.
 * - `invalid-schema`, `schema-mismatch`: of `createCollection`, and of a write it refuses.
 * - `document-too-large`: more than 400 KB.
 * - `workflow-document`: a write to a workflow instance as if it were a document.
 * - `other-space`: another space than the stack's own.
 * - `not-a-number`, `out-of-range`: a value that cannot be counted, or no further.
 * - `contended`: others changed a document each time this process tried to.
 * - `reserved-name`: a collection or keyspace whose name begins with `_stephooks`.
 * - `unknown-collection`: `crudlify` does not serve the collection.
 * - `query-required`: a change by query over HTTP, without a query.
 * - `hook-refused`, `hook-failed`: a hook of `crudlify` threw a text, or an error, before a change.
 * - `unknown-topic`: no worker takes jobs of the topic.
 * - `topic-has-source`: a job for a worker that reads another queue.
 * - `invalid-date`: `runAt` was given what is no time.
 * - `invalid-payload`, `payload-too-large`: a job, or a report of progress, that cannot be stored.
 * - `no-job-queue`: the stack was deployed without a queue for jobs.
 * - `unsupported`: a call of codehooks-js that this version does not have.
 * - `file-not-found`, `invalid-file-path`: `filestore` was asked for a file that is not there, or could not be.
 * - `no-file-store`: the stack has no bucket.
 * - `startup-failed`, `startup-pending`: the callback of `app.init` threw, or runs in another process.
 * - `view-failed`: a view cannot be rendered: no engine, or no such view.
 */
export type StephooksErrorCode =
  | "bad-path"
  | "method-not-allowed"
  | "unauthorized"
  | "forbidden"
  | "no-route"
  | "body-too-large"
  | "too-many-fields"
  | "malformed-json"
  | "json-too-deep"
  | "unsafe-key"
  | "too-many-attempts"
  | "jwks-unavailable"
  | "unsupported-encoding"
  | "unreadable-body"
  | "handler-error"
  | "unanswered-middleware"
  | "unhandled-error"
  | "invalid-status"
  | "invalid-header"
  | "invalid-path"
  | "invalid-handler"
  | "invalid-worker"
  | "invalid-access"
  | "handler-timeout"
  | "answer-too-large"
  | "invalid-job"
  | "job-failed"
  | "invalid-date"
  | "job-timeout"
  | "no-host"
  | "duplicate-workflow"
  | "not-found"
  | "duplicate-id"
  | "invalid-document"
  | "invalid-id"
  | "invalid-argument"
  | "invalid-schema"
  | "schema-mismatch"
  | "document-too-large"
  | "workflow-document"
  | "other-space"
  | "not-a-number"
  | "out-of-range"
  | "contended"
  | "reserved-name"
  | "unknown-collection"
  | "query-required"
  | "hook-refused"
  | "hook-failed"
  | "unknown-topic"
  | "topic-has-source"
  | "invalid-payload"
  | "payload-too-large"
  | "no-job-queue"
  | "unsupported"
  | "file-not-found"
  | "invalid-file-path"
  | "no-file-store"
  | "view-failed"
  | "startup-failed"
  | "startup-pending";

/** What this package throws or answers with. */
export class StephooksError extends CodedError<StephooksErrorCode> {}
