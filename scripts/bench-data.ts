/*
 * `pnpm bench:data`: what each call of the datastore and the key-value store reads, writes and costs, and how long it takes
 * beside the SDK alone. The emulators run in another process.
 */
import { parseArgs } from "node:util";
import { measureData } from "./bench/data-cost.ts";
import { startEmulated } from "./bench/emulated.ts";
import { textTable } from "./bench/text-table.ts";

const help = `pnpm bench:data [--rounds N] [--json]

  --rounds N  calls of either side that are measured, in turn (default 300, at least 10)
  --json      the results as JSON, and nothing else
`;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "300" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (options.help) say(help);
else await main();

async function main(): Promise<void> {
  const emulated = await startEmulated();
  try {
    const costs = await measureData(emulated, Math.max(10, Number(options.rounds) || 0));
    if (options.json) {
      say(JSON.stringify({ node: process.version, costs }));
      return;
    }
    const rows = costs.map(({ bare, dollarsPerMillion, name, ours, readUnits, requests, writeUnits }) => [
      name,
      Object.entries(requests)
        .map(([operation, count]) => `${count.toFixed(2)} ${operation}`)
        .join(", "),
      ...[writeUnits, readUnits, dollarsPerMillion].map((value) => value.toFixed(2)),
      ...[ours, bare].map((time) => time.toFixed(0)),
      (ours / bare).toFixed(2),
    ]);
    say(textTable([["call", "requests", "WU", "RU", "$ per M", "µs", "µs bare", "ratio"], ...rows]));
  } finally {
    emulated.stop();
  }
}
