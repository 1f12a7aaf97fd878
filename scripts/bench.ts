/*
 * `pnpm bench`: what a transition, and each call of the datastore and the key-value store, costs; counted rather than
 * timed wherever that is possible. Everything runs in this one process against emulators that run in another.
 */
import { parseArgs } from "node:util";
import { listPrices } from "@stephooks/aws/resources";
import { type CpuRatio, measureCpu } from "./bench/cpu-ratio.ts";
import { measureData } from "./bench/data-cost.ts";
import { dataTable } from "./bench/data-table.ts";
import { startEmulated } from "./bench/emulated.ts";
import { type LongLoop, runLongLoop } from "./bench/long-loop.ts";
import { textTable } from "./bench/text-table.ts";
import { type CostCase, measureCost, type TransitionCost } from "./bench/transition-cost.ts";

const help = `pnpm bench [--steps N] [--rounds N] [--calls N] [--json]

  --steps N   steps of the long loop (default 20000, at least 200)
  --rounds N  rounds of the comparison of processor time, each 1,000 transitions of either side (default 24)
  --calls N   calls of the datastore of either side, ours and the SDK alone, in turn (default 300, at least 10)
  --json      the results as JSON, and nothing else

pnpm bench:http  requests through the local front
`;

/** The last two show what items of more than one and more than three KB cost. */
const cases: readonly CostCase[] = [
  { mode: "queue", batch: 1, pad: 0 },
  { mode: "queue", batch: 10, pad: 0 },
  { mode: "inline", batch: 1, pad: 0 },
  { mode: "inline", batch: 10, pad: 0 },
  { mode: "queue", batch: 10, pad: 800 },
  { mode: "queue", batch: 10, pad: 2_800 },
];

const { values: options } = parseArgs({
  options: {
    steps: { type: "string", default: "20000" },
    rounds: { type: "string", default: "24" },
    calls: { type: "string", default: "300" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => (options.json ? undefined : say(line));

if (options.help) say(help);
else await main();

async function main(): Promise<void> {
  const emulated = await startEmulated();
  try {
    tell("Requests and units of one transition");
    const costs: TransitionCost[] = [];
    for (const given of cases) costs.push(await measureCost(emulated, given));
    tell(`${costTable(costs)}\n`);
    tell(`One instance, ${options.steps} steps`);
    const loop = await runLongLoop(emulated, Math.max(200, Number(options.steps)));
    tell(`${loopTable(loop)}\n`);
    tell("Processor time beside a bare loop with the same requests");
    const cpu = await measureCpu(emulated, Number(options.rounds));
    tell(`${cpuTable(cpu)}\n`);
    tell("Each call of the datastore and the key-value store, and its time beside the SDK alone");
    const data = await measureData(emulated, Math.max(10, Number(options.calls) || 0));
    tell(`${dataTable(data)}\n`);
    tell(summary(costs, loop, cpu));
    if (options.json) say(JSON.stringify({ node: process.version, prices: listPrices, costs, loop, cpu, data }));
  } finally {
    emulated.stop();
  }
}

function costTable(costs: readonly TransitionCost[]): string {
  const head = [
    "mode",
    "batch",
    "item B",
    "writes WU",
    "reads RU",
    "entries",
    "sends",
    "receives",
    "deletes",
    "invokes",
    "$ per M",
  ];
  const rows = costs.map((cost) => [
    cost.mode,
    String(cost.batch),
    String(cost.itemBytes),
    ...[cost.writeUnits, cost.readUnits, cost.sendEntries, cost.sendRequests].map(short),
    ...[cost.receiveRequests, cost.deleteRequests, cost.invocations, cost.dollarsPerMillion].map(short),
  ]);
  return textTable([head, ...rows]);
}

function loopTable({ early, earlyBytes, last, lastBytes, steps }: LongLoop): string {
  const names = [...new Set([...Object.keys(early), ...Object.keys(last)])];
  const rows = names.map((name) => [name, String(early[name] ?? 0), String(last[name] ?? 0)]);
  return textTable([
    ["of one step", "step 100", `step ${steps}`],
    ...rows,
    ["item bytes", String(earlyBytes), String(lastBytes)],
  ]);
}

function cpuTable({ bare, engine, quartiles, transitions, uneven }: CpuRatio): string {
  const [low, middle, high] = quartiles.map((ratio) => ratio.toFixed(2));
  const left =
    uneven === 0 ? "" : `\n${uneven} rounds left out, in which the two did not make the same number of requests`;
  const table = textTable([
    ["of one transition", "engine", "bare", "ratio", "middle half of the rounds"],
    [`microseconds, ${transitions} each`, engine.toFixed(0), bare.toFixed(0), `${middle}`, `${low} to ${high}`],
  ]);
  return table + left;
}

function summary(costs: readonly TransitionCost[], loop: LongLoop, cpu: CpuRatio): string {
  const price = (mode: CostCase["mode"], batch: number): string => {
    const cost = costs.find((own) => own.mode === mode && own.batch === batch && own.pad === 0);
    return `$${(cost?.dollarsPerMillion ?? Number.NaN).toFixed(2)}`;
  };
  const perKilobyte = costs.every((cost) => cost.writeUnits === Math.ceil(cost.itemBytes / 1_024));
  const sameRequests = JSON.stringify(loop.early) === JSON.stringify(loop.last);
  const growth = loop.lastBytes - loop.earlyBytes;
  return textTable([
    ["summary", "measured", "aim", "met"],
    ["write units per started KB", perKilobyte ? "1" : "not 1", "1", met(perKilobyte)],
    ["$ per million, queue, one by one", price("queue", 1), "", ""],
    ["$ per million, queue, batches of 10", price("queue", 10), "", ""],
    ["$ per million, inline x5, one by one", price("inline", 1), "", ""],
    ["$ per million, inline x5, batches of 10", price("inline", 10), "", ""],
    [`requests of step ${loop.steps} and step 100`, sameRequests ? "equal" : "differ", "equal", met(sameRequests)],
    ["item growth in between, bytes", String(growth), "<= 16", met(growth <= 16)],
    ["time of a late step / an early one", loop.timeRatio.toFixed(2), "<= 1.10", met(loop.timeRatio <= 1.1)],
    ["processor time of the same", loop.cpuRatio.toFixed(2), "<= 1.10", met(loop.cpuRatio <= 1.1)],
    ["processor time, engine / bare loop", cpu.quartiles[1].toFixed(2), "<= 1.15", met(cpu.quartiles[1] <= 1.15)],
  ]);
}

function met(holds: boolean): string {
  return holds ? "yes" : "NO";
}

function short(value: number): string {
  return value.toFixed(value > 0 && value < 0.1 ? 3 : 2);
}
