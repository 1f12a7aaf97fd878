import { AsyncLocalStorage } from "node:async_hooks";
import type { FaultKind } from "./faults.ts";

/** The world a process acts in, as the clients' middleware sees it. */
export interface ProcessHost {
  /** Around one call of the SDK, all its tries included. `perform` is told what befalls every try. */
  around<Result>(
    process: KillableProcess,
    operation: string,
    perform: (kind?: FaultKind) => Promise<Result>,
  ): Promise<Result>;
  /** A request that the service has done. */
  done(request: DoneRequest): void;
}

/** A request as it went over the wire, with its answer. */
export interface DoneRequest {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

/** Whose code is running: SDK clients are too dear to make new ones for every process (3 ms). */
const running = new AsyncLocalStorage<KillableProcess>();

/** A worker or a client of a world: once dead, it never gets an answer and never sends a request again. */
export class KillableProcess {
  dead = false;
  readonly host: ProcessHost;
  /** A rival waits here with its commit until the other one has made its own. */
  readonly mayCommit = Promise.withResolvers<void>();
  readonly #death = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();
  #isRival = false;

  constructor(host: ProcessHost) {
    this.host = host;
  }

  /** The process whose code asks. */
  static get current(): KillableProcess | undefined {
    return running.getStore();
  }

  /** Runs `act` as this process. Undefined when it dies. */
  async run<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
    return Promise.race([running.run(this, act), this.#death.promise.then(() => undefined)]);
  }

  /** Makes this process a rival; settles when it is about to commit or has nothing to do. */
  get reachedCommit(): Promise<void> {
    this.#isRival = true;
    return this.#reached.promise;
  }

  reachCommit(): void {
    this.#reached.resolve();
  }

  async askToCommit(): Promise<void> {
    if (!this.#isRival) return;
    this.reachCommit();
    await this.mayCommit.promise;
  }

  die(): Promise<never> {
    this.dead = true;
    this.#death.resolve();
    return never();
  }

  /** A dead process does not see answers that arrive late. */
  async settle<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      const result = await answer;
      return this.dead ? await never() : result;
    } catch (error) {
      if (this.dead) return never();
      throw error;
    }
  }
}

/** What a dead process waits for. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
