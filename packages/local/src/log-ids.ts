import { AsyncLocalStorage } from "node:async_hooks";
import { asLogLine, type LogIds, OUTPUT } from "./log-line.ts";

const current = new AsyncLocalStorage<LogIds>();

/** Whatever `act` writes to the log, at once or later, is marked with these ids beside those it is marked with already. */
export function withLogIds<Result>(ids: LogIds, act: () => Result): Result {
  return current.run({ ...current.getStore(), ...ids }, act);
}

/** Set for a process whose lines somebody reads. */
export const LOGS_VARIABLE = "STEPHOOKS_LOCAL_LOGS";

export function logsAreRead(): boolean {
  return process.env[LOGS_VARIABLE] === "read";
}

/**
 * Makes both output streams of this process write lines of the log: what the app prints becomes one, and each says what
 * it belongs to. For processes of the stack, whose lines somebody reads.
 */
export function markOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads may be gone, which ends this process by another way.
    stream.on("error", () => {});
    const write = stream.write.bind(stream);
    const marked = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
      const done = rest.find((argument) => typeof argument === "function");
      return write(
        markedText(chunk, stream === process.stderr),
        () => void (done && Reflect.apply(done, undefined, [])),
      );
    };
    stream.write = marked;
  }
}

function markedText(chunk: unknown, isError: boolean): string {
  const text = (chunk instanceof Uint8Array ? Buffer.from(chunk).toString("utf8") : String(chunk)).replace(/\n$/, "");
  const line = asLogLine(text) ?? { level: isError ? "warn" : "info", event: OUTPUT, text };
  return `${JSON.stringify({ ...line, time: new Date().toISOString(), ...current.getStore() })}\n`;
}
