import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExecutionEnvironment, smallClient } from "./execution-environment.ts";
import type { FunctionSettings } from "./function-settings.ts";
import type { FunctionAnswer } from "./runtime-api.ts";

export interface LambdaFunctionOptions extends FunctionSettings {
  /** Most invocations at the same time; more wait. Default 10. */
  readonly concurrency?: number;
  /**
   * Arguments of Node that start a runtime interface client. Default: a small one. Lambda's own is `aws-lambda-ric`,
   * which is compiled when it is installed.
   */
  readonly client?: readonly string[];
  /** Where the function's output goes: to this process's standard error (default), or nowhere. */
  readonly output?: "inherit" | "ignore";
}

/** A process that has loaded the code and asks for its first event. */
export interface WarmUp {
  readonly pid: number;
  /** From its start, milliseconds. */
  readonly milliseconds: number;
}

/** A Lambda function on this machine. */
export interface LambdaFunction {
  /** Settles with the beginning of the answer. @throws EmulatorError `invocation-failed`. */
  invoke(event: unknown): Promise<FunctionAnswer>;
  /** Starts one more process, cold. @throws EmulatorError `invocation-failed`. */
  warmUp(): Promise<WarmUp>;
  /** Ends its processes and removes the copy of its code. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs a function as Lambda does: in a process of its own that it talks to through the Runtime API, with an environment
 * that holds nothing of this process's, on a copy of the code with nothing beside it. Every invocation that finds no
 * process idle starts one. A process that failed to load, took too long or ended is not used again.
 */
export function startLambdaFunction(options: LambdaFunctionOptions): LambdaFunction {
  return new RunningFunction(options);
}

class RunningFunction implements LambdaFunction {
  readonly #options: LambdaFunctionOptions;
  readonly #taskRoot: string;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: (() => void)[] = [];
  #starting = 0;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.#taskRoot = mkdtempSync(join(tmpdir(), "stephooks-task-"));
    cpSync(options.code, this.#taskRoot, { recursive: true });
  }

  async invoke(event: unknown): Promise<FunctionAnswer> {
    const environment = await this.#take();
    let goesOn = false;
    try {
      const answer = await environment.invoke(randomUUID(), event);
      goesOn = answer.mode === "streaming";
      return answer;
    } finally {
      const over = this.#giveBack(environment);
      // The next invocation may come at once, and finds this process ready.
      if (!goesOn) await over;
    }
  }

  async warmUp(): Promise<WarmUp> {
    const environment = await this.#start();
    const milliseconds = await environment.initialised;
    this.#offer(environment);
    return { milliseconds, pid: environment.pid };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.stop()));
    rmSync(this.#taskRoot, { recursive: true, force: true });
  }

  async #take(): Promise<ExecutionEnvironment> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle?.isGone === false) return idle;
      if (idle === undefined) {
        if (this.#all.size + this.#starting < (this.#options.concurrency ?? 10)) return this.#start();
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  async #start(): Promise<ExecutionEnvironment> {
    const { client = smallClient, output = "inherit" } = this.#options;
    this.#starting += 1;
    try {
      const environment = await ExecutionEnvironment.start({
        settings: this.#options,
        taskRoot: this.#taskRoot,
        logStream: `[$LATEST]${randomUUID().replaceAll("-", "")}`,
        client,
        output,
      });
      this.#all.add(environment);
      return environment;
    } finally {
      this.#starting -= 1;
    }
  }

  async #giveBack(environment: ExecutionEnvironment): Promise<void> {
    await environment.idle();
    this.#offer(environment);
  }

  #offer(environment: ExecutionEnvironment): void {
    if (environment.isGone) this.#all.delete(environment);
    else this.#idle.push(environment);
    this.#waiting.shift()?.();
  }
}
