/*
 * `pnpm bench:dev [--starts N] [--reloads N] [--source]`: time from the command line of `stephooks dev` to its ready
 * line, and from the save of one file of 200 to the line that says so, after which the new version answers. It runs the
 * compiled command (`pnpm build` first), as users do; `--source` runs this repository's TypeScript.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isRecord } from "@stephooks/core";
import { twoHundredFiles, writeRoute } from "./bench-dev/two-hundred-files.ts";

const { values } = parseArgs({
  options: {
    starts: { type: "string", default: "20" },
    reloads: { type: "string", default: "50" },
    source: { type: "boolean", default: false },
  },
});

/** Aims: milliseconds. */
const START_AIM = 1_500;
const RELOAD_AIM = 250;

const main = fileURLToPath(
  new URL(values.source ? "../packages/cli/src/main.ts" : "../packages/cli/dist/main.js", import.meta.url),
);

interface Dev {
  readonly url: string;
  /** Milliseconds from the command line to the ready line. */
  readonly readyAfter: number;
  next(): Promise<string>;
  stop(): Promise<void>;
}

async function startDev(folder: string): Promise<Dev> {
  const begun = performance.now();
  const args = [...(values.source ? ["--conditions=source"] : []), main, "dev", "--json", "--fresh", "--port", "0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`stephooks dev ended with ${child.exitCode}: run it in ${folder}`);
    return value;
  };
  const { url } = eventOf(await next());
  return { url, readyAfter: performance.now() - begun, next, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}

function eventOf(line: string): { readonly event: string; readonly url: string } {
  const event: unknown = JSON.parse(line);
  if (!isRecord(event) || typeof event["url"] !== "string") throw new Error(`not a line of dev: ${line}`);
  return { event: String(event["event"]), url: event["url"] };
}

/** Changes one file and waits until the command says so; then the new version must be what answers. */
async function reload({ next, url }: Dev, folder: string, version: number): Promise<number> {
  const number = 1 + ((version * 7) % 199);
  const begun = performance.now();
  writeRoute(folder, number, version);
  const { event } = eventOf(await next());
  const took = performance.now() - begun;
  const answer: unknown = await (await fetch(`${url}/r/${number}`)).json();
  if (event !== "reloaded" || !isRecord(answer) || answer["version"] !== version) {
    throw new Error(`version ${version} is not what answers: ${JSON.stringify(answer)}`);
  }
  return took;
}

function summary(name: string, times: readonly number[], aim: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => String(Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0));
  return `${name}: ${times.length} times, median ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${at(1)} ms (aim ${aim} ms)\n`;
}

if (!existsSync(main)) throw new Error("Run pnpm build first: the compiled command is measured.");
const folder = twoHundredFiles();
try {
  // The first start fills the cache of compiled code and is not counted.
  await (await startDev(folder)).stop();
  const starts: number[] = [];
  for (let index = 0; index < Number(values.starts); index += 1) {
    const dev = await startDev(folder);
    starts.push(dev.readyAfter);
    await dev.stop();
  }
  process.stdout.write(summary("start", starts, START_AIM));
  const dev = await startDev(folder);
  const reloads: number[] = [];
  for (let version = 1; version <= Number(values.reloads); version += 1) {
    reloads.push(await reload(dev, folder, version));
  }
  await dev.stop();
  process.stdout.write(summary("reload", reloads, RELOAD_AIM));
  process.stdout.write(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
