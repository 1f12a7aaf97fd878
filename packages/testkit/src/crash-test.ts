import { isDeepStrictEqual } from "node:util";
import { type InstanceStatus, type JsonObject, parseBranchId } from "@stephooks/core";
import type { LambdaHandler } from "stephooks/host";
import { type CrashCall, CrashingProcesses, type Death, deaths, type Fault } from "./crashing-processes.ts";
import { Driver, type Processes } from "./driver.ts";
import { received, sourceArn } from "./source-message.ts";
import { StepLog } from "./step-log.ts";
import { cloudFor, dated, drivenApp, type TestApp, type TestAppOptions } from "./test-app.ts";
import { TestkitError } from "./testkit-error.ts";

export type { CrashCall } from "./crashing-processes.ts";

/** The app of a crash test. Requests are repeated while their process dies; settling outlives visibility timeouts. */
export type CrashedApp = Omit<TestApp, "stub">;

/** What one run of a crash test does and looks at. */
export interface CrashTestOptions<Outside> {
  /** Sends the first request. Give the instance an id: a client whose connection broke sends it again. */
  start(app: CrashedApp, outside: Outside): unknown;
  /** What happens then: time that passes, answers that come. The run settles before and after it. */
  act?(app: CrashedApp, outside: Outside): unknown;
  /** Throws when a run has not ended as it should. */
  expect?(app: CrashedApp, outside: Outside): unknown;
  /** Idempotency keys of the side effects that happened. A key that comes twice is one effect. */
  effects?(outside: Outside): Iterable<string>;
  /** Keys of the state that may differ between runs, such as times. */
  readonly ignore?: readonly string[];
  /** As of `testApp`: enforces the deployed access rules. */
  readonly apiKey?: string;
  /** As of `testApp`. */
  readonly date?: TestAppOptions["date"];
}

/** How an instance stands at the end of a run. */
export interface EndState {
  readonly workflow: string;
  readonly status: InstanceStatus;
  readonly step: string;
  readonly state: JsonObject;
}

export interface CrashTestReport {
  /** The outside calls of the run without deaths. */
  readonly calls: readonly CrashCall[];
  /** Runs with one death each. */
  readonly deaths: number;
  /** How every run ended. */
  readonly instances: readonly EndState[];
  readonly effects: readonly string[];
}

interface Plan<Outside> extends CrashTestOptions<Outside> {
  readonly build: (outside: Outside) => LambdaHandler;
  readonly outside: () => Outside;
}

/**
 * Runs a workflow once, numbering every call that leaves the process, then once for every call and every kind of death
 * there. Each run must end with the same instances and the same side effects.
 *
 * `build` makes the app and is called for every process: what the app keeps in memory dies with it. What outlives
 * processes (a fake of a service, say) is made by `outside`, once for each run.
 *
 * @throws TestkitError `crash-difference` naming the call, the death and what differs; `faulty-baseline`, `shared-app`.
 */
export function crashTest<Outside>(
  build: (outside: Outside) => LambdaHandler,
  options: CrashTestOptions<Outside> & { readonly outside: () => Outside },
): Promise<CrashTestReport>;
export function crashTest(
  build: () => LambdaHandler,
  options: CrashTestOptions<undefined> & { readonly outside?: undefined },
): Promise<CrashTestReport>;
export function crashTest(
  build: (outside: unknown) => LambdaHandler,
  options: CrashTestOptions<unknown> & { readonly outside?: (() => unknown) | undefined },
): Promise<CrashTestReport> {
  return testAll({ ...options, build, outside: options.outside ?? (() => undefined) });
}

async function testAll(plan: Plan<unknown>): Promise<CrashTestReport> {
  const baseline = await runOnce(plan).catch((error: unknown) => {
    if (error instanceof TestkitError && error.code === "shared-app") throw error;
    throw new TestkitError(
      "faulty-baseline",
      `Without any death the run fails: ${textOf(error)}`,
      {},
      { cause: error },
    );
  });
  let runs = 0;
  for (const { number } of baseline.calls) {
    for (const death of deaths) runs += await runWithDeath({ call: number, death }, plan, baseline);
  }
  const { calls, effects, instances } = baseline;
  return { calls, deaths: runs, instances, effects };
}

/** One run, one death. The number of deaths that happened: none when this run made fewer calls. */
async function runWithDeath(fault: Fault, plan: Plan<unknown>, baseline: Ended): Promise<number> {
  const { death } = fault;
  const call = baseline.calls[fault.call - 1];
  const ended = await runOnce(plan, fault).catch((error: unknown) => {
    if (error instanceof TestkitError && error.code === "shared-app") throw error;
    throw difference(call, death, `the run fails: ${textOf(error)}`, error);
  });
  const { effects, instances } = ended;
  if (!isDeepStrictEqual(instances, baseline.instances)) {
    throw difference(call, death, compared("the instances end differently", baseline.instances, instances));
  }
  if (!isDeepStrictEqual(effects, baseline.effects)) {
    throw difference(call, death, compared("the side effects differ", baseline.effects, effects));
  }
  return ended.fired ? 1 : 0;
}

interface Ended {
  readonly calls: readonly CrashCall[];
  readonly fired: boolean;
  readonly instances: readonly EndState[];
  readonly effects: readonly string[];
}

async function runOnce(plan: Plan<unknown>, fault?: Fault): Promise<Ended> {
  const outside = plan.outside();
  const log = new StepLog();
  // The first process asks for its app; a cloud fits the app's longest step, so one is built to look at.
  const first = plan.build(outside);
  const cloud = cloudFor(first, { apiKey: plan.apiKey });
  const built = [first];
  const processes = new CrashingProcesses(() => built.pop() ?? plan.build(outside), cloud, log, fault);
  const driven: Processes = {
    invoke: dated(plan.date, cloud, (event) => processes.invoke(event)),
    remove: (queue, receipts) => processes.remove(queue, receipts),
  };
  const driver = new Driver(cloud, driven, first.manifest.crons, true);
  const app: CrashedApp = {
    ...drivenApp(driver, cloud, log, (id) => processes.unwatched((host) => host.inspect(id))),
    deliver: (topic, messages) => driver.deliverSource(sourceArn(first.manifest, topic), received(messages)),
  };
  await plan.start(app, outside);
  await app.settle();
  await plan.act?.(app, outside);
  await app.settle();
  const calls = [...processes.calls];
  await plan.expect?.(app, outside);
  const ids = cloud.store.heads().flatMap(({ id }) => (parseBranchId(id) === undefined ? [id] : []));
  const instances = await Promise.all(ids.map(async (id) => endState(await app.instance(id), plan.ignore ?? [])));
  return {
    calls,
    fired: processes.fired,
    instances: instances.toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    effects: [...new Set(plan.effects?.(outside))].toSorted(compareText),
  };
}

function endState(inspection: EndState, ignored: readonly string[]): EndState {
  const { state, status, step, workflow } = inspection;
  const kept = Object.entries(state).filter(([key]) => !ignored.includes(key));
  return { workflow, status, step, state: Object.fromEntries(kept.toSorted(([a], [b]) => compareText(a, b))) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const told: Readonly<Record<Death, string>> = {
  before: "the process dies before it",
  after: "the process dies after it took effect",
  "reported-failed": "it takes effect and is reported as failed",
};

function difference(call: CrashCall | undefined, death: Death, what: string, cause?: unknown): TestkitError {
  const { lastStep, number = 0, operation = "read" } = call ?? {};
  const where = lastStep ? `after step ${lastStep.workflow}.${lastStep.step} began` : "before any step";
  return new TestkitError(
    "crash-difference",
    `Outside call ${number} (${operation}, ${where}): ${told[death]}, and ${what}`,
    {
      call: number,
      operation,
      death,
      ...(lastStep ? { workflow: lastStep.workflow, step: lastStep.step } : {}),
    },
    cause === undefined ? undefined : { cause },
  );
}

function compared(what: string, without: readonly unknown[], withIt: readonly unknown[]): string {
  return `${what}.\n  without a death: ${JSON.stringify(without)}\n  with this death: ${JSON.stringify(withIt)}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
