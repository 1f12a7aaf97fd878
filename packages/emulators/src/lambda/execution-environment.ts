import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EmulatorError } from "../emulator-error.ts";
import { functionArn, type FunctionSettings, processVariables } from "./function-settings.ts";
import { type FunctionAnswer, invocationFailed, type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

export interface EnvironmentOptions {
  readonly settings: FunctionSettings;
  /** Where the code is. */
  readonly taskRoot: string;
  readonly logStream: string;
  /** What the process runs: arguments of Node. */
  readonly client: readonly string[];
  readonly output: "inherit" | "ignore";
}

/** Small stand-in for Lambda's runtime interface client. */
export const smallClient: readonly string[] = [fileURLToPath(new URL("../../runtime/bootstrap.mjs", import.meta.url))];

/** Time to load the code: Lambda's limit for it, milliseconds. */
const INIT_LIMIT = 10_000;

/** The standard error stream: standard output belongs to the program that runs the emulator. */
const STDERR = 2;

/** One process of a function, cold when it is made. It takes one event at a time and ends with the first it fails to end. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  readonly #gone: Promise<unknown>;
  #isGone = false;
  /** Milliseconds from the start of the process to its first call for an invocation. */
  readonly initialised: Promise<number>;

  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    return new ExecutionEnvironment(options, await startRuntimeApi());
  }

  private constructor(options: EnvironmentOptions, api: RuntimeApi) {
    const { client, logStream, output, settings, taskRoot } = options;
    this.#options = options;
    this.#api = api;
    const stream = output === "inherit" ? STDERR : "ignore";
    this.#child = spawn(process.execPath, [...client], {
      cwd: taskRoot,
      env: processVariables(settings, { taskRoot, logStream, runtimeApi: api.address }),
      stdio: ["ignore", stream, stream],
    });
    this.#gone = once(this.#child, "exit").then(
      ([code, signal]) => this.#end(invocationFailed("Runtime.ExitError", `The process ended with ${code ?? signal}.`)),
      (error: unknown) => this.#end(invocationFailed("Runtime.ExitError", String(error))),
    );
    const limit = setTimeout(() => {
      this.#kill(invocationFailed("Sandbox.Timedout", `Loading the code took more than ${INIT_LIMIT / 1_000} s.`));
    }, INIT_LIMIT);
    this.initialised = this.#api.initialised
      .then(() => performance.now() - this.#startedAt)
      .finally(() => clearTimeout(limit));
    this.initialised.catch(() => (this.#isGone = true));
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** Whether it can take no event any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Settles with the beginning of the answer. @throws EmulatorError `invocation-failed`. */
  async invoke(id: string, event: unknown): Promise<FunctionAnswer> {
    await this.initialised;
    const { name, timeout } = this.#options.settings;
    const limit = setTimeout(() => {
      this.#kill(invocationFailed("Sandbox.Timedout", `Task timed out after ${timeout.toFixed(2)} seconds`));
    }, timeout * 1_000);
    const answering = this.#api.invoke({
      id,
      event: JSON.stringify(event),
      deadline: Date.now() + timeout * 1_000,
      functionArn: functionArn(name),
    });
    void this.idle().finally(() => clearTimeout(limit));
    return answering;
  }

  /** Settles when it could take the next event, or is gone. */
  async idle(): Promise<void> {
    await this.#api.idle().catch(() => {});
  }

  async stop(): Promise<void> {
    this.#kill(invocationFailed("Runtime.ExitError", "The function was stopped."));
    await this.#gone;
  }

  #kill(reason: EmulatorError): void {
    // As Lambda does: a process gets no chance to finish anything.
    this.#child.kill("SIGKILL");
    this.#end(reason);
  }

  #end(reason: EmulatorError): void {
    this.#isGone = true;
    this.#api.fail(reason);
    this.#api.close();
  }
}
