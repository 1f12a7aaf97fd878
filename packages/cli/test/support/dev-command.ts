import { expectDocumented } from "./documented-shapes.ts";
import { type RunningCommand, type RunOptions, startCommand } from "./run-command.ts";

/** The first line on standard output, at the latest after `limit` milliseconds. */
export async function firstLine(command: RunningCommand, limit = LIMIT): Promise<string> {
  return nthLine(command, 0, limit);
}

const LIMIT = 60_000;

/** A line on standard output, counted from 0. */
async function nthLine({ child, output }: RunningCommand, index: number, limit = LIMIT): Promise<string> {
  const deadline = Date.now() + limit;
  for (;;) {
    const lines = output.stdout.split("\n");
    if (lines.length > index + 1) return lines[index] ?? "";
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`no line: ${output.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface DevEvent {
  readonly event: string;
  readonly url?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A running `stephooks dev --json` on any free port. */
export interface DevServer {
  readonly url: string;
  readonly command: RunningCommand;
  /** The next line it prints, which is as documented. */
  next(): Promise<DevEvent>;
  stop(): Promise<void>;
}

export async function startDev(args: readonly string[], options: RunOptions): Promise<DevServer> {
  const command = startCommand(["dev", "--json", "--port", "0", ...args], options);
  let line = 0;
  const next = async (): Promise<DevEvent> => {
    const event: DevEvent = JSON.parse(await nthLine(command, line++));
    expectDocumented("dev", event);
    return event;
  };
  const { url = "" } = await next();
  return {
    url,
    command,
    next,
    stop: async () => {
      command.child.kill("SIGTERM");
      await command.ended;
    },
  };
}
