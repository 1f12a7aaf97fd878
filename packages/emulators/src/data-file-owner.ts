import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EmulatorError } from "./emulator-error.ts";

/** How long a killed process may take to disappear, milliseconds. */
const END_LIMIT = 5_000;

/** Notes beside the data file which process has it open, and on whose behalf. */
export function noteOwner(dataFile: string, pid: number): void {
  writeFileSync(ownerFile(dataFile), `${pid} ${process.pid}\n`);
}

/** Forgets the owner noted by {@link noteOwner}. */
export function forgetOwner(dataFile: string): void {
  rmSync(ownerFile(dataFile), { force: true });
}

/**
 * Ends the emulator that a killed parent left behind on this data file. A process is ended only when it is an
 * emulator started on exactly this file and its parent is gone: process ids are reused, and two stacks may be
 * started on one directory by mistake.
 *
 * @throws EmulatorError `data-in-use` when the parent still lives, or the process does not end.
 */
export async function endOrphan(dataFile: string): Promise<void> {
  const owner = readOwner(dataFile);
  if (owner === undefined || !holds(owner.pid, dataFile)) return;
  if (parentOf(owner.pid) === owner.parent) throw inUse(dataFile, owner.pid, "Stop it first, or use another directory");
  process.kill(owner.pid, "SIGKILL");
  const deadline = Date.now() + END_LIMIT;
  while (holds(owner.pid, dataFile)) {
    if (Date.now() > deadline) throw inUse(dataFile, owner.pid, "It could not be ended: end it by hand");
    await pause(5);
  }
}

function readOwner(dataFile: string): { pid: number; parent: number } | undefined {
  const found = /^(\d+) (\d+)$/.exec(readText(ownerFile(dataFile)).trim());
  return found ? { pid: Number(found[1]), parent: Number(found[2]) } : undefined;
}

function holds(pid: number, dataFile: string): boolean {
  const [program, ...rest] = readText(`/proc/${pid}/cmdline`).split("\0");
  return program !== undefined && basename(program) === "dynoxide" && rest.includes(dataFile);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readText(`/proc/${pid}/status`))?.[1]);
}

/** Empty when the file is not there: no owner noted, the process gone, or a system without /proc. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function ownerFile(dataFile: string): string {
  return `${dataFile}.pid`;
}

function inUse(dataFile: string, pid: number, advice: string): EmulatorError {
  return new EmulatorError("data-in-use", `Process ${pid} has ${dataFile} open. ${advice}.`, { pid, dataFile });
}
