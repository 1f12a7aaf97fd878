import type { Interceptor, PortOperation } from "@stephooks/contracts";
import { PortError, type QueueSource } from "@stephooks/core";
import { createHost, type Host, type LambdaHandler } from "stephooks/host";
import { DIED, type Processes } from "./driver.ts";
import type { MemoryCloud } from "./memory-cloud.ts";
import type { StepLog, StepRun } from "./step-log.ts";
import { hostSettings } from "./test-app.ts";
import { TestkitError } from "./testkit-error.ts";

/** What befalls a call that leaves the process. */
export const deaths = [
  /** The process dies before the call leaves it. */
  "before",
  /** The process dies after the call took effect. */
  "after",
  /** The call takes effect, and the process is told that it failed. */
  "reported-failed",
] as const;

export type Death = (typeof deaths)[number];

/** One call that left a process: to the table, to the queue, or the deletion of a message. */
export interface CrashCall {
  /** 1 is the first of the run. */
  readonly number: number;
  readonly operation: PortOperation;
  /** The step body that began last, in this run; it may have ended before. */
  readonly lastStep: StepRun | undefined;
}

export interface Fault {
  readonly call: number;
  readonly death: Death;
}

interface Environment {
  readonly host: Host;
  /** Settles when the process dies. */
  readonly died: Promise<typeof DIED>;
  die(): void;
  isDead: boolean;
}

/**
 * Processes of an app that die at one call. The one that comes after is built anew, so whatever the app kept outside
 * of its state is gone, as it is when Lambda starts another environment.
 */
export class CrashingProcesses implements Processes {
  readonly calls: CrashCall[] = [];
  /** True when the fault has happened. */
  fired = false;
  readonly #build: () => LambdaHandler;
  readonly #cloud: MemoryCloud;
  readonly #log: StepLog;
  readonly #fault: Fault | undefined;
  readonly #seen = new Set<LambdaHandler>();
  #present: Environment | undefined;
  #isWatched = true;

  constructor(build: () => LambdaHandler, cloud: MemoryCloud, log: StepLog, fault: Fault | undefined) {
    this.#build = build;
    this.#cloud = cloud;
    this.#log = log;
    this.#fault = fault;
  }

  async invoke(event: object): Promise<unknown> {
    const environment = this.#environment();
    return Promise.race([environment.host.handle(event), environment.died]);
  }

  /** The event source mapping's own call: the message may come back although the app has done with it. */
  async remove(queue: QueueSource, receipts: readonly string[]): Promise<void> {
    const environment = this.#environment();
    const removed = this.#around(environment, "remove", () => queue.remove(receipts));
    await Promise.race([removed.catch(() => {}), environment.died]);
  }

  /** Looks at the app without a call that could fail. */
  async unwatched<Result>(look: (host: Host) => Promise<Result>): Promise<Result> {
    this.#isWatched = false;
    try {
      return await look(this.#environment().host);
    } finally {
      this.#isWatched = true;
    }
  }

  #environment(): Environment {
    if (this.#present && !this.#present.isDead) return this.#present;
    const handler = this.#build();
    if (this.#seen.has(handler)) throw sharedApp();
    this.#seen.add(handler);
    const death = Promise.withResolvers<typeof DIED>();
    const intercept: Interceptor = (operation, perform) => this.#around(environment, operation, perform);
    const environment: Environment = {
      host: createHost(handler, this.#cloud.ports(intercept), hostSettings(this.#cloud, this.#log)),
      died: death.promise,
      isDead: false,
      die() {
        this.isDead = true;
        death.resolve(DIED);
      },
    };
    this.#present = environment;
    return environment;
  }

  async #around<Result>(
    environment: Environment,
    operation: PortOperation,
    perform: () => Promise<Result>,
  ): Promise<Result> {
    if (environment.isDead) return never();
    if (!this.#isWatched) return perform();
    this.calls.push({ number: this.calls.length + 1, operation, lastStep: this.#log.runs.at(-1) });
    if (this.#fault?.call !== this.calls.length) return answer(environment, perform());
    this.fired = true;
    if (this.#fault.death !== "before") await perform();
    if (this.#fault.death === "reported-failed") {
      throw new PortError("unavailable", "The testkit lost the answer of this call; it took effect.");
    }
    environment.die();
    return never();
  }
}

/** A dead process does not see answers that arrive late. */
async function answer<Result>(environment: Environment, performed: Promise<Result>): Promise<Result> {
  try {
    const result = await performed;
    return environment.isDead ? await never() : result;
  } catch (error) {
    if (environment.isDead) return never();
    throw error;
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function sharedApp(): TestkitError {
  return new TestkitError(
    "shared-app",
    "The factory answered the same app for a second process. Build the app inside the factory, with createApp() of stephooks/host, so that what it keeps in memory is lost with its process.",
  );
}
