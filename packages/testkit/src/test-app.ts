import { type Duration, longestTimeout } from "@stephooks/core";
import type { InstanceInspection } from "stephooks";
import { createHost, type HostSettings, type LambdaHandler } from "stephooks/host";
import { Driver, type TestMessage } from "./driver.ts";
import { received, sourceArn, type SourceMessage } from "./source-message.ts";
import { type TestJob, testJobs } from "./test-job.ts";
import { deadLetterArn, jobQueueArn, type RequestOptions } from "./lambda-events.ts";
import { memoryCloud, type MemoryCloud } from "./memory-cloud.ts";
import { StepLog, type StepRun, type StepStub } from "./step-log.ts";
import type { TestResponse } from "./test-response.ts";
import { withVirtualDate } from "./virtual-date.ts";

/** An app in memory, on a clock that moves only when told to. */
export interface TestApp {
  /** One request, as a client behind the HTTP API would send it. The path may carry a query. */
  request(method: string, path: string, options?: RequestOptions): Promise<TestResponse>;
  /** Runs steps and jobs until nothing is due at this moment. Retries, delays and timeouts wait for {@link advance}. */
  settle(): Promise<void>;
  /** Moves the clock, running everything that becomes due on the way, in order. */
  advance(duration: Duration): Promise<void>;
  /** The virtual time, epoch milliseconds. */
  now(): number;
  /** Status, step, state, error and history of an instance. @throws EngineError `unknown-instance`. */
  instance(id: string): Promise<InstanceInspection>;
  /** What lies in the step queue and in its dead-letter queue. */
  messages(): readonly TestMessage[];
  /** The jobs of workers that wait, and those that were given up. */
  jobs(): readonly TestJob[];
  /**
   * One batch of the queue that the worker of `topic` reads (`source`), once: answers the ids of the messages that failed,
   * which the queue would hand out again. @throws TestkitError `unknown-source`.
   */
  deliver(topic: string, messages: readonly SourceMessage[]): Promise<readonly string[]>;
  /** From now on this function runs in the place of a step's body. @throws TestkitError `unknown-step`. */
  stub(workflow: string, step: string, stub: StepStub): void;
  /** The step bodies that ran, stubs included, oldest first. */
  ran(): readonly StepRun[];
}

export interface TestAppOptions {
  /** When the clock begins; 2026-01-01 unless given. Epoch milliseconds. */
  readonly start?: number;
  /**
   * Enforces the deployed access rules with this key, and takes tokens of an issuer: see {@link RequestOptions.claims}.
   * Without it every request is let in.
   */
  readonly apiKey?: string;
  /**
   * `virtual`: in whatever the app's functions do, `Date` tells {@link TestApp.now}. Default `real`. The test itself, and
   * timers, keep the machine's time either way.
   */
  readonly date?: "real" | "virtual";
  /** Folder with the app's source: static files, views, and what it reads of itself. Default: the current one. */
  readonly sourceFolder?: string;
}

const defaultStart = Date.UTC(2026, 0, 1);

/**
 * Hosts an app (the value of `app.init()`) in memory: no server, no emulator, no waiting.
 *
 * @throws StephooksError `unsupported` when `handler` does not come from `app.init()`.
 */
export function testApp(handler: LambdaHandler, options: TestAppOptions = {}): TestApp {
  const cloud = cloudFor(handler, { apiKey: options.apiKey, start: options.start });
  const log = new StepLog();
  const host = createHost(handler, cloud.ports(), hostSettings(cloud, log, options.sourceFolder));
  const driver = new Driver(
    cloud,
    {
      invoke: dated(options.date, cloud, (event) => host.handle(event)),
      remove: (queue, receipts) => queue.remove(receipts),
    },
    handler.manifest.crons,
    false,
  );
  return {
    ...drivenApp(driver, cloud, log, (id) => host.inspect(id)),
    deliver: (topic, messages) => driver.deliverSource(sourceArn(handler.manifest, topic), received(messages)),
    stub: (workflow, step, stub) => log.stub(workflow, step, stub, handler.manifest),
  };
}

/** What invokes the app, with the date that its functions are to see. */
export function dated<Result>(
  date: TestAppOptions["date"],
  { clock }: MemoryCloud,
  invoke: (event: object) => Result,
): (event: object) => Result {
  return date === "virtual"
    ? (event) =>
        withVirtualDate(
          () => clock.now(),
          () => invoke(event),
        )
    : invoke;
}

/** Table, queue and clock for the app behind `handler`. */
export function cloudFor(
  { manifest }: LambdaHandler,
  { apiKey, start = defaultStart }: { readonly apiKey: string | undefined; readonly start?: number | undefined },
): MemoryCloud {
  return memoryCloud({ start, longest: longestTimeout(manifest), apiKey });
}

export function hostSettings({ access, timings }: MemoryCloud, log: StepLog, sourceFolder = "."): HostSettings {
  const http = { access, space: "dev" };
  return { engine: timings, http, deadLetterArn, jobQueueArn, sourceFolder, wrapStep: log.wrap };
}

/** What every test has of its app. */
export function drivenApp(
  driver: Driver,
  { clock, jobs }: MemoryCloud,
  log: StepLog,
  instance: TestApp["instance"],
): Omit<TestApp, "stub" | "deliver"> {
  return {
    request: (method, path, options) => driver.request(method, path, options),
    settle: () => driver.settle(),
    advance: (duration) => driver.advance(duration),
    now: () => clock.now(),
    instance,
    messages: () => driver.messages(),
    jobs: () => testJobs(jobs),
    ran: () => [...log.runs],
  };
}
