import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

/*
 * `pnpm bench:cli`: how long cheap commands take from their start to their end, beside a process of Node that does
 * nothing. Runs alternate, so that a busy machine is busy for all of them. The packages have to be built: pnpm build.
 */

const main = fileURLToPath(new URL("../packages/cli/dist/main.js", import.meta.url));
const RUNS = 15;

if (!existsSync(main)) throw new Error("packages/cli is not built: run pnpm build first");

const commands: Readonly<Record<string, readonly string[]>> = {
  "node alone": ["--eval", "0"],
  "--help": [main, "--help"],
  "--version": [main, "--version"],
  "a mistyped command": [main, "bild"],
  "kv get, where dev does not run": [main, "kv", "get", "a"],
};

const times = new Map<string, number[]>();
for (let run = 0; run < RUNS; run++) {
  for (const [name, args] of Object.entries(commands)) {
    const began = performance.now();
    spawnSync(process.execPath, args, { stdio: "ignore" });
    times.set(name, [...(times.get(name) ?? []), performance.now() - began]);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

for (const [name, taken] of times) {
  process.stdout.write(`${name.padEnd(32)} ${median(taken).toFixed(0).padStart(5)} ms\n`);
}
