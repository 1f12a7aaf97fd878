import { type ProcessName, type StackProcess, startProcess } from "./stack-process.ts";
import type { Environment } from "./stack-environment.ts";

/** The processes of one stack, and with which environment each is started again. */
export interface ProcessSet {
  start(name: ProcessName, environment: Environment): Promise<StackProcess>;
  /** Environment of the next start of this process. */
  startAgainWith(name: ProcessName, environment: Environment): void;
  /** Ends the process when it still runs, then starts it where it was. */
  restart(name: ProcessName): Promise<void>;
  get(name: ProcessName): StackProcess;
  /** Ends all. May be called more than once. */
  stop(): Promise<void>;
}

export function processSet(output: "inherit" | "ignore"): ProcessSet {
  const processes = new Map<ProcessName, StackProcess>();
  const environments = new Map<ProcessName, Environment>();
  const start = async (name: ProcessName, environment: Environment): Promise<StackProcess> => {
    environments.set(name, environment);
    const started = await startProcess(name, environment, output);
    processes.set(name, started);
    return started;
  };
  return {
    start,
    startAgainWith: (name, environment) => void environments.set(name, environment),
    restart: async (name) => {
      await processes.get(name)?.stop();
      await start(name, environments.get(name) ?? {});
    },
    get: (name) => {
      const found = processes.get(name);
      if (found === undefined) throw new TypeError(`the stack has no process ${name}`);
      return found;
    },
    stop: async () => {
      // The emulators last: the others still write while they end.
      await Promise.all([processes.get("http")?.stop(), processes.get("worker")?.stop()]);
      await processes.get("emulators")?.stop();
    },
  };
}
