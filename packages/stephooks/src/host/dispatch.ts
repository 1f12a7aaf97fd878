import {
  AwsError,
  type HttpEvent,
  type LambdaContext,
  type LambdaHttpResult,
  readLambdaContext,
  recogniseLambdaEvent,
  type SqsBatch,
  sqsBatchResult,
  type SqsBatchResult,
} from "@stephooks/aws";
import type { SweepReport } from "@stephooks/engine";
import { errorResponse } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { withRuntime } from "./current-runtime.ts";
import { inScope, InvocationScope, outOfScope } from "./invocation-scope.ts";
import { watchGlobals } from "./watch-globals.ts";

/** Time a batch needs after its last step to answer, milliseconds. */
const ANSWER_TIME = 2_000;

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
  watchGlobals();
  const scope = new InvocationScope();
  const pending = (): Promise<void> => pendingWork(scope, lambda.getRemainingTimeInMillis() - END_TIME, runtime);
  return withRuntime(runtime, () =>
    inScope(scope, async () => {
      switch (recognised.kind) {
        case "http": {
          const response = await serve(recognised, pending, runtime, lambda);
          await pending();
          return recognised.respond(response);
        }
        case "sweep":
          return runtime.sweep(recognised.scheduledAt);
        case "sqs": {
          const failed = await processBatch(recognised.batch, lambda.getRemainingTimeInMillis(), runtime);
          await pending();
          return sqsBatchResult([...failed, ...recognised.batch.unreadable]);
        }
      }
    }),
  );
}

/** A handler that never settles is answered for, with what it has sent or with 504, before Lambda ends it unheard. */
async function serve(
  event: HttpEvent,
  pending: () => Promise<void>,
  runtime: Runtime,
  lambda: LambdaContext,
): Promise<Response> {
  const expired = Promise.withResolvers<StephooksError>();
  const longest = Math.max(0, lambda.getRemainingTimeInMillis() - END_TIME);
  const cancel = outOfScope(() => runtime.ports.clock.timer(longest, () => expired.resolve(handlerTimeout(event))));
  try {
    const input = {
      request: event.request(),
      rawPath: event.rawPath,
      method: event.unsupportedMethod,
      stage: event.stage,
      ip: event.sourceIp,
      pending,
      expired: expired.promise,
    };
    return await runtime.http.handle(input);
  } catch (error) {
    if (error instanceof AwsError) return errorResponse(error, false);
    throw error;
  } finally {
    cancel();
  }
}

function handlerTimeout({ method, rawPath }: HttpEvent): StephooksError {
  return new StephooksError(
    "handler-timeout",
    `${method} ${rawPath} was not answered in time. Answer first and leave long work to a workflow.`,
  );
}

async function processBatch(batch: SqsBatch, remaining: number, runtime: Runtime): Promise<readonly string[]> {
  if (batch.queueArn === runtime.deadLetterArn) return runtime.deadLetters.drain(batch.messages);
  return runtime.worker.work(batch.messages, remaining - ANSWER_TIME);
}

async function pendingWork(scope: InvocationScope, longest: number, runtime: Runtime): Promise<void> {
  const expired = Promise.withResolvers<void>();
  const cancel = outOfScope(() => runtime.ports.clock.timer(Math.max(0, longest), expired.resolve));
  await Promise.race([scope.settled(), expired.promise]);
  cancel();
}
