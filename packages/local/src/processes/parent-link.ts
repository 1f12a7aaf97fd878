import { isRecord } from "@stephooks/core";

/** What the parent put into the environment of a process of the stack. */
export function readSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new TypeError(`${name} is not set: this file is started by startStack`);
  return value;
}

/** Tells the parent that this process serves. */
export function reportReady(details: Readonly<Record<string, unknown>> = {}): void {
  process.send?.({ kind: "ready", ...details });
}

/** Answers the parent's question for the counts so far. */
export function answerUsage(usage: () => Readonly<Record<string, unknown>>): void {
  process.on("message", (message: unknown) => {
    if (isRecord(message) && message["kind"] === "usage?") process.send?.({ kind: "usage", ...usage() });
  });
}

/** Ends with the parent, however the parent ends, and on SIGTERM and SIGINT. */
export function endWithParent(stop: () => Promise<void>): void {
  const end = (): void => {
    void stop().finally(() => process.exit(0));
  };
  process.on("disconnect", end);
  process.on("SIGTERM", end);
  // Ctrl-C reaches the whole process group; the parent decides what it means.
  process.on("SIGINT", () => {});
}
