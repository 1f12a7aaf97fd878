import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackProcess } from "../stack-process.ts";
import type { MovableClock } from "./movable-clock.ts";
import type { StackClock } from "./stack-clock.ts";

/** Tells a process that has just come up the time, and lets it ask for the clock to be set forward. */
export function followClock(process: StackProcess, clock: MovableClock, stackClock: Promise<StackClock>): void {
  // It may have moved since the process was started.
  void process.ask("clock", { offset: clock.offset });
  process.answer("advance", async ({ duration, ms }) => ({ now: await (await stackClock).advance(duration ?? ms) }));
}

/** Kept with the data: a message that is hidden until a time of this clock shows at that time of it. */
export function keepOffset(dataDir: string, offset: number): void {
  writeFileSync(fileIn(dataDir), JSON.stringify({ offset }));
}

export function keptOffset(dataDir: string): number {
  if (!existsSync(fileIn(dataDir))) return 0;
  const kept: { readonly offset: number } = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
  return kept.offset;
}

function fileIn(dataDir: string): string {
  return join(dataDir, "clock.json");
}
