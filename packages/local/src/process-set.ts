import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  type Ahead,
  type AppProgram,
  forkProcess,
  type ProcessName,
  type StackOutput,
  type StackProcess,
  startProcess,
} from "./stack-process.ts";
import type { Environment } from "./stack-environment.ts";

/** The processes of one stack, and with which environment each is started again. */
export interface ProcessSet {
  start(name: ProcessName, environment: Environment): Promise<StackProcess>;
  /** Environment of the next start of this process. */
  startAgainWith(name: ProcessName, environment: Environment): void;
  /** Ends the process when it still runs, then starts it where it was. */
  restart(name: ProcessName): Promise<void>;
  /**
   * Starts new processes beside the old ones; when all have come up they take over, and the old ones finish. Unless
   * `accepts` says no: then the new ones finish, and it answers false.
   */
  replace(
    next: ReadonlyMap<ProcessName, Environment>,
    accepts?: (up: ReadonlyMap<ProcessName, StackProcess>) => boolean,
  ): Promise<boolean>;
  get(name: ProcessName): StackProcess;
  /** Has processes load what they can before it is known what they are to do; nothing where none are kept at hand. */
  prepare(names: readonly AppProgram[]): void;
  /** Starts a process that is none of the stack's. */
  startBeside(name: AppProgram, environment: Environment): Promise<StackProcess>;
  /** Ends all. May be called more than once. */
  stop(): Promise<void>;
}

export interface ProcessSetOptions {
  readonly output: StackOutput;
  /** Added to the environment of every start. */
  readonly environment?: () => Environment;
  /**
   * Keeps a process at hand for each that is replaced, which has loaded this, so that the next replacement comes sooner.
   * It is asked for each start; undefined: not known yet. Default: none is kept.
   */
  readonly ahead?: () => Ahead | undefined;
  /** Told whenever a process begins to stand for its name, and with undefined when it has ended. */
  readonly onChange?: (name: ProcessName, process: StackProcess | undefined) => void;
  /** Told about a process that ended by itself, which is then started again. Without it, it stays down. */
  readonly onCrash?: (name: ProcessName) => void;
}

/** How long a replaced process may go on with what it has begun, milliseconds. */
const RETIRE_LIMIT = 60_000;

/** Pause before a crashed process is started again, milliseconds: doubled while it keeps crashing. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;

/** A process that ran this long has not crashed at its start, milliseconds. */
const SETTLED = 10_000;

/** A process that has loaded this, or is about to. */
interface Standby {
  readonly child: ChildProcess;
  readonly ahead: Ahead;
}

export function processSet(options: ProcessSetOptions): ProcessSet {
  return new Processes(options);
}

class Processes implements ProcessSet {
  readonly #options: ProcessSetOptions;
  readonly #current = new Map<ProcessName, StackProcess>();
  readonly #environments = new Map<ProcessName, Environment>();
  readonly #retiring = new Set<StackProcess>();
  readonly #standbys = new Map<AppProgram, Standby>();
  /** Ended on purpose, or about to be. */
  readonly #dismissed = new WeakSet<StackProcess>();
  readonly #stopping = new AbortController();

  constructor(options: ProcessSetOptions) {
    this.#options = options;
  }

  async start(name: ProcessName, environment: Environment): Promise<StackProcess> {
    this.#environments.set(name, environment);
    const started = await this.#launch(name, environment);
    this.#take(name, started);
    return started;
  }

  startAgainWith(name: ProcessName, environment: Environment): void {
    this.#environments.set(name, environment);
  }

  async restart(name: ProcessName): Promise<void> {
    const old = this.#current.get(name);
    if (old) this.#dismissed.add(old);
    await old?.stop();
    await this.start(name, this.#environments.get(name) ?? {});
  }

  async replace(
    next: ReadonlyMap<ProcessName, Environment>,
    accepts: (up: ReadonlyMap<ProcessName, StackProcess>) => boolean = () => true,
  ): Promise<boolean> {
    const starts = [...next].map(async ([name, environment]) => ({
      name,
      environment,
      started: await this.#launch(name, environment),
    }));
    const results = await Promise.allSettled(starts);
    const up = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined || this.#stopping.signal.aborted) {
      await Promise.all(up.map(({ started }) => started.stop()));
      if (failed !== undefined) throw failed.reason;
      return false;
    }
    if (!accepts(new Map(up.map(({ name, started }) => [name, started])))) {
      await Promise.all(up.map(({ started }) => this.#retire(started)));
      return false;
    }
    const handovers = up.map(async ({ name, environment, started }) => {
      const old = this.#current.get(name);
      this.#environments.set(name, environment);
      this.#take(name, started);
      if (old) await this.#retire(old);
    });
    // A client with a connection to an old one would be answered by it until it has heard.
    await Promise.all(handovers);
    this.prepare([...next.keys()].filter((name) => name !== "emulators"));
    return true;
  }

  get(name: ProcessName): StackProcess {
    const found = this.#current.get(name);
    if (found === undefined) throw new TypeError(`the stack has no process ${name}`);
    return found;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const process of this.#current.values()) this.#dismissed.add(process);
    // The emulators last: the others still write while they end.
    const emulators = this.#current.get("emulators");
    const others = [...this.#current.values(), ...this.#retiring].filter((process) => process !== emulators);
    for (const { child } of this.#standbys.values()) child.kill();
    await Promise.all(others.map((process) => process.stop()));
    await emulators?.stop();
  }

  prepare(names: readonly AppProgram[]): void {
    const ahead = this.#options.ahead?.();
    if (ahead === undefined || this.#stopping.signal.aborted) return;
    for (const name of names) {
      this.#standbys.get(name)?.child.kill();
      this.#standbys.set(name, { child: forkProcess(name, this.#options.output, ahead), ahead });
    }
  }

  startBeside(name: AppProgram, environment: Environment): Promise<StackProcess> {
    return startProcess(name, environment, this.#fork(name));
  }

  #launch(name: ProcessName, environment: Environment): Promise<StackProcess> {
    return startProcess(name, { ...environment, ...this.#options.environment?.() }, this.#fork(name));
  }

  /** The one at hand, unless it is gone or has loaded something else than it should now. */
  #fork(name: AppProgram | "emulators"): ChildProcess {
    const { ahead, output } = this.#options;
    if (name === "emulators") return forkProcess(name, output);
    const standby = this.#standbys.get(name);
    this.#standbys.delete(name);
    const wanted = ahead?.();
    if (standby?.child.connected === true && isDeepStrictEqual(standby.ahead, wanted)) return standby.child;
    standby?.child.kill();
    return forkProcess(name, output, wanted);
  }

  #take(name: ProcessName, started: StackProcess): void {
    this.#current.set(name, started);
    this.#options.onChange?.(name, started);
    void this.#watch(name, started);
  }

  async #watch(name: ProcessName, started: StackProcess): Promise<void> {
    const since = Date.now();
    await started.ended;
    if (this.#current.get(name) !== started) return;
    this.#options.onChange?.(name, undefined);
    if (this.#dismissed.has(started) || this.#options.onCrash === undefined) return;
    this.#options.onCrash(name);
    await this.#revive(name, started, Date.now() - since > SETTLED ? 0 : FIRST_PAUSE);
  }

  /** Tries until the process is up again, somebody else has started it, or the stack stops. */
  async #revive(name: ProcessName, crashed: StackProcess, firstPause: number): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = firstPause; ; wait = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, wait * 2))) {
      await pause(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted || this.#current.get(name) !== crashed) return;
      try {
        // What the crash left behind goes first.
        await crashed.stop();
        const started = await this.#launch(name, this.#environments.get(name) ?? {});
        if (signal.aborted || this.#current.get(name) !== crashed) return await started.stop();
        return this.#take(name, started);
      } catch {
        // It said on its output why; the next try comes.
      }
    }
  }

  /** Settles when it begins nothing new. */
  #retire(old: StackProcess): Promise<void> {
    this.#dismissed.add(old);
    this.#retiring.add(old);
    const { begun, ended } = old.retire(RETIRE_LIMIT);
    void ended.finally(() => this.#retiring.delete(old));
    return begun;
  }
}
