import type { Clock } from "@stephooks/core";
import { inScope, InvocationScope } from "../host/invocation-scope.ts";
import { AppRequest, AppResponse, callHandler, OpenWork, type Render, type RouteHandler } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { JobBody } from "./worker-function.ts";

export interface JobRun {
  readonly body: JobBody;
  readonly functions: readonly RouteHandler[];
  /** Milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  readonly render: Render;
  /** Told of what went wrong after the job was done. */
  readonly afterwards: (event: string, error: unknown) => void;
}

export type JobOutcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

const done: JobOutcome = { ok: true };

/**
 * Runs a worker's functions on one job and waits until they, and everything begun in their async context, have settled,
 * at most for the timeout. The end of the response makes the job done, whatever comes after. Never rejects.
 */
export async function runJob(run: JobRun): Promise<JobOutcome> {
  const { afterwards, body, clock, render, timeout } = run;
  const scope = new InvocationScope();
  const work = new OpenWork();
  const res = new AppResponse(work.begin, render);
  const req = jobRequest(body);
  const pending = async (): Promise<void> => {
    await scope.settled();
    await work.settled();
  };
  const expired = Promise.withResolvers<"expired">();
  const cancel = clock.timer(timeout, () => expired.resolve("expired"));
  const act = async (): Promise<JobOutcome> => {
    // Many a worker ends nothing: without a promise it is done when the work it began is, whatever callback may follow.
    const outcome = await runFunctions(run, { req, res, pending, ended: pending });
    await pending();
    return outcome;
  };
  const outcome = await Promise.race([inScope(scope, act), expired.promise]);
  cancel();
  if (outcome !== "expired") return outcome;
  const error = jobTimeout(body.topic, timeout);
  if (!res.writableEnded) return { ok: false, error };
  afterwards("job went on after its end until its timeout", error);
  return done;
}

async function runFunctions(
  { afterwards, functions }: JobRun,
  exchange: Parameters<typeof callHandler>[1],
): Promise<JobOutcome> {
  for (const handler of functions) {
    const outcome = await callHandler(handler, exchange);
    switch (outcome.kind) {
      case "next":
        continue;
      case "answered":
      case "silent":
        return done;
      case "refused": {
        const { error } = outcome;
        return { ok: false, error: typeof error === "string" ? new StephooksError("handler-error", error) : error };
      }
      case "threw":
        if (!outcome.answered) return { ok: false, error: outcome.error };
        afterwards("job threw after its end", outcome.error);
        return done;
    }
  }
  return done;
}

/** What a function of a route would get, with nothing in it but the job. */
function jobRequest(body: JobBody): AppRequest {
  const path = `/${body.topic}`;
  const request = new Request("http://worker.invalid/", { method: "POST" });
  const req = new AppRequest({ request, method: "POST", rawPath: path, path, apiPath: path, ip: undefined });
  req.body = body;
  return req;
}

function jobTimeout(topic: string, timeout: number): StephooksError {
  return new StephooksError(
    "job-timeout",
    `The job of topic "${topic}" had not ended within ${timeout} ms. Make it faster, split it, or raise the timeout of its worker.`,
    { topic },
  );
}
