import { type Check, problem } from "./check.ts";

/** The oldest Node that runs TypeScript of an app's tests without a flag. */
const OLDEST_NODE = [22, 18] as const;

const MEGABYTE = 1_000_000;
const FREE_BYTES = 500 * MEGABYTE;
const WATCHES = 8_192;

/** What can be wrong with the machine. */
export const machineChecks: readonly Check[] = [
  problem("node-too-old", ({ machine: { node } }) =>
    isOlder(node) ? `Node ${node} is too old. Install Node 24, which is what runs in Lambda.` : undefined,
  ),
  problem("no-package-manager", ({ machine: { packageManager } }) =>
    packageManager === undefined ? "Neither npm nor pnpm is on the PATH. Install Node with npm, or pnpm." : undefined,
  ),
  problem("emulator-missing", ({ machine: { emulatorFailure } }) =>
    emulatorFailure === undefined
      ? undefined
      : `The emulator of DynamoDB cannot be loaded: ${emulatorFailure} Install again with optional dependencies, on this system.`,
  ),
  problem("no-free-port", ({ machine: { ports } }) =>
    ports.free > 0
      ? undefined
      : `Ports ${ports.first} to ${ports.first + ports.tried - 1} are all taken. End what listens there, or give stephooks dev --port 0.`,
  ),
  problem("temp-not-writable", ({ machine: { tempWritable } }) =>
    tempWritable
      ? undefined
      : "The folder for temporary files is not there, or cannot be written. Set TMPDIR to one that can.",
  ),
  problem("disk-full", ({ machine: { freeBytes } }) =>
    freeBytes >= FREE_BYTES
      ? undefined
      : `${Math.floor(freeBytes / MEGABYTE)} MB are free on the project's disk. Builds and local data need ${FREE_BYTES / MEGABYTE} MB: remove something.`,
  ),
  problem("few-watches", ({ machine: { maxWatches } }) =>
    maxWatches === undefined || maxWatches >= WATCHES
      ? undefined
      : `The system lets ${maxWatches} files be watched, so stephooks dev may miss changes. Set fs.inotify.max_user_watches to ${WATCHES} or more.`,
  ),
];

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
