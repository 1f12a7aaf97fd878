import {
  AwsError,
  exceededLimit,
  type HttpEvent,
  type LambdaContext,
  type LambdaHttpResult,
  type LambdaResponseStream,
  readLambdaContext,
  recogniseLambdaEvent,
  sqsBatchResult,
  type SqsBatchResult,
  streamResponse,
  streamResult,
} from "@stephooks/aws/lambda";
import type { SweepReport } from "@stephooks/engine/background";
import { errorAnswer, errorResponse, type HttpInput, type OpenAnswer, type WholeAnswer } from "../http/index.ts";
import { failureRecord, stackOf } from "../jobs/attempts.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { withRuntime } from "./current-runtime.ts";
import { inScope, InvocationScope } from "./invocation-scope.ts";
import { watchGlobals } from "./watch-globals.ts";

/** How what is refused before the app sees it is told. */
const hidden = Object.freeze({ showDetails: false });

/** What Lambda needs to end an invocation that has given up waiting, milliseconds. */
const END_TIME = 1_000;

/**
 * Hands a Lambda event to the part of the app it is for, decided by its shape before any router sees it.
 *
 * @throws AwsError `unknown-event`, `bad-event`.
 */
export async function dispatch(
  event: unknown,
  context: unknown,
  runtime: Runtime,
): Promise<LambdaHttpResult | SqsBatchResult | SweepReport> {
  const recognised = recogniseLambdaEvent(event);
  const lambda = readLambdaContext(context);
  return inInvocation(runtime, lambda, async (pending) => {
    switch (recognised.kind) {
      case "http": {
        const refusal = await startupRefusal(runtime, lambda);
        const response =
          refusal === undefined
            ? await serve(recognised, pending, runtime, lambda)
            : errorAnswer(refusal.error, hidden);
        await pending();
        return resultOf(recognised, response, runtime);
      }
      case "sweep":
        await runtime.startup(deadlineOf(runtime, lambda));
        return (await runtime.background()).sweep(recognised.scheduledAt);
      case "sqs": {
        // A throw leaves all messages in the queue.
        await runtime.startup(deadlineOf(runtime, lambda));
        const { batch } = recognised;
        const failed = await (await runtime.background()).work(batch, lambda.getRemainingTimeInMillis() - END_TIME);
        await pending();
        return sqsBatchResult([...failed, ...batch.unreadable]);
      }
    }
  });
}

/** What the service in front is given. It would tell neither client nor log of an answer that it does not take. */
function resultOf(event: HttpEvent, answer: WholeAnswer, { ports }: Runtime): LambdaHttpResult {
  const result = event.respond(answer);
  const limit = exceededLimit(result, event.shape);
  if (limit === undefined) return result;
  const { method, rawPath } = event;
  ports.logger.log("error", "answer too large", { method, rawPath, bytes: answer.body.byteLength, limit });
  const error = new StephooksError(
    "answer-too-large",
    `The answer is larger than what can leave this address, ${limit} bytes with its encoding. Answer in parts, or stream it.`,
  );
  return event.respond(errorAnswer(error, hidden));
}

/**
 * The same for a handler that streams: the answer to a request leaves as it is written, every other result as JSON.
 *
 * @throws AwsError `unknown-event`, `bad-event`; what broke an answer off after its head had left.
 */
export async function dispatchStreaming(
  event: unknown,
  { context, stream }: { readonly context: unknown; readonly stream: LambdaResponseStream },
  runtime: Runtime,
): Promise<void> {
  const recognised = recogniseLambdaEvent(event);
  if (recognised.kind !== "http") return streamResult(await dispatch(event, context, runtime), stream);
  const lambda = readLambdaContext(context);
  await inInvocation(runtime, lambda, async (pending) => {
    const refusal = await startupRefusal(runtime, lambda);
    if (refusal !== undefined) return streamResponse(errorResponse(refusal.error, hidden), stream);
    const { response, settled } = await open(recognised, pending, runtime, lambda);
    const sent = streamResponse(response, stream);
    await Promise.allSettled([sent, settled]);
    await pending();
    await sent;
  });
}

/** Until when work of this invocation may go on, by the app's clock. */
function deadlineOf({ ports }: Runtime, lambda: LambdaContext): number {
  return ports.clock.now() + Math.max(0, lambda.getRemainingTimeInMillis() - END_TIME);
}

/** Why a request that comes before the app is ready cannot be served; undefined when it is ready. */
async function startupRefusal(
  runtime: Runtime,
  lambda: LambdaContext,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    await runtime.startup(deadlineOf(runtime, lambda));
    return undefined;
  } catch (error) {
    const facts = { ...failureRecord(error), stack: stackOf(error) };
    runtime.ports.logger.log("error", "app.init callback has not run", facts);
    return { error };
  }
}

/** Runs `act` with the app's globals watched; `pending` settles when what it began has settled, or time is short. */
async function inInvocation<Result>(
  runtime: Runtime,
  lambda: LambdaContext,
  act: (pending: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  watchGlobals();
  const scope = new InvocationScope(deadlineOf(runtime, lambda));
  const pending = (): Promise<void> => pendingWork(scope, lambda.getRemainingTimeInMillis() - END_TIME, runtime);
  return withRuntime(runtime, () => inScope(scope, () => act(pending)));
}

async function serve(
  event: HttpEvent,
  pending: () => Promise<void>,
  runtime: Runtime,
  lambda: LambdaContext,
): Promise<WholeAnswer> {
  const read = readEvent(event);
  if (!read.ok) return errorAnswer(read.error, hidden);
  const limit = timeLimit(event, runtime, lambda);
  const answer = await runtime.http.answer({ ...factsOf(event), ...read.sent, pending, expired: limit.expired });
  limit.cancel();
  return answer;
}

async function open(
  event: HttpEvent,
  pending: () => Promise<void>,
  runtime: Runtime,
  lambda: LambdaContext,
): Promise<OpenAnswer> {
  const read = readEvent(event);
  if (!read.ok) return { response: errorResponse(read.error, hidden), settled: Promise.resolve() };
  const limit = timeLimit(event, runtime, lambda);
  const answer = await runtime.http.open({ ...factsOf(event), ...read.sent, pending, expired: limit.expired });
  return { ...answer, settled: answer.settled.then(limit.cancel) };
}

/** The request, or why the event cannot be one. */
function readEvent(
  event: HttpEvent,
):
  | { readonly ok: true; readonly sent: ReturnType<HttpEvent["read"]> }
  | { readonly ok: false; readonly error: AwsError } {
  try {
    return { ok: true, sent: event.read() };
  } catch (error) {
    if (error instanceof AwsError) return { ok: false, error };
    throw error;
  }
}

function factsOf({ rawPath, sourceIp, stage, unsupportedMethod }: HttpEvent): Omit<HttpInput, "request"> {
  return { rawPath, method: unsupportedMethod, stage, ip: sourceIp };
}

/** A handler that never settles is answered for, with what it has sent or with 504, before Lambda ends it unheard. */
function timeLimit(
  event: HttpEvent,
  runtime: Runtime,
  lambda: LambdaContext,
): { readonly expired: Promise<StephooksError>; readonly cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<StephooksError>();
  const longest = Math.max(0, lambda.getRemainingTimeInMillis() - END_TIME);
  const cancel = runtime.ports.clock.timer(longest, () => resolve(handlerTimeout(event)));
  return { expired: promise, cancel };
}

function handlerTimeout({ method, rawPath }: HttpEvent): StephooksError {
  return new StephooksError(
    "handler-timeout",
    `${method} ${rawPath} was not answered in time. Answer first and leave long work to a workflow.`,
  );
}

async function pendingWork(scope: InvocationScope, longest: number, runtime: Runtime): Promise<void> {
  const expired = Promise.withResolvers<void>();
  const cancel = runtime.ports.clock.timer(Math.max(0, longest), expired.resolve);
  await Promise.race([scope.settled(), expired.promise]);
  cancel();
}
