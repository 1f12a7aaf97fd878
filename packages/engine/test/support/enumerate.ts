import type { PortOperation } from "@stephooks/contracts";
import { describeFaults, type Fault, type FaultKind, faultKinds } from "./faults.ts";
import { costs, judgeRun, type Verdict } from "./judge-run.ts";
import type { Scenario } from "./scenario.ts";
import type { SweeperMode, WorldOptions } from "./world.ts";

/** What an enumeration did and found. */
export interface Enumeration {
  readonly runs: number;
  /** Faults that came to their call. */
  readonly faults: number;
  readonly violations: readonly string[];
  /** Faults that did what they are named for. */
  readonly felt: ReadonlySet<FeltFault>;
}

export type FeltFault = `${PortOperation} ${FaultKind}`;

/** With the sweeper off and on; on only when the story contains waits of more than 15 minutes, which need it. */
export function sweeperModes({ needsSweeper }: Scenario): readonly SweeperMode[] {
  return needsSweeper ? ["on"] : ["off", "on"];
}

/** Every fault kind at every outside call of the run without faults, in every mode of the sweeper. */
export async function enumerate(scenario: Scenario, options: WorldOptions = {}): Promise<Enumeration> {
  return inEveryMode(scenario, options, async (mode, tally) => {
    const calm = await tally.run(mode);
    for (const fault of faultsAfter(0, calm)) await tally.run(mode, [fault], calm);
  });
}

/**
 * Every pair of faults: the first at every outside call, the second at every later call of the run that came of the
 * first. A first fault that harmed nothing leaves the run without faults, whose single faults `enumerate` tries.
 */
export async function enumeratePairs(scenario: Scenario, options: WorldOptions = {}): Promise<Enumeration> {
  return inEveryMode(scenario, options, async (mode, tally) => {
    const calm = await tally.run(mode);
    for (const first of faultsAfter(0, calm)) {
      const verdict = await tally.run(mode, [first], calm);
      const wasFelt = verdict.world.fired.some(({ bit }) => bit);
      const isKill = first.kind === "winner-dies";
      if (!wasFelt && !isKill) continue;
      for (const second of faultsAfter(first.call, verdict)) await tally.run(mode, [first, second], calm);
    }
  });
}

async function inEveryMode(
  scenario: Scenario,
  options: WorldOptions,
  each: (options: WorldOptions, tally: Tally) => Promise<void>,
): Promise<Enumeration> {
  const tally = new Tally(scenario);
  const modes = sweeperModes(scenario).filter((mode) => mode === (options.sweeper ?? mode));
  for (const sweeper of modes) await each({ ...options, sweeper }, tally);
  return tally;
}

function faultsAfter(call: number, { world }: Verdict): readonly Fault[] {
  const calls = Array.from({ length: world.calls.length - call }, (_, index) => call + index + 1);
  return calls.flatMap((later) => faultKinds.map((kind) => ({ call: later, kind })));
}

class Tally implements Enumeration {
  runs = 0;
  faults = 0;
  readonly violations: string[] = [];
  readonly felt = new Set<FeltFault>();
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** With the run without faults at hand, what the faults cost is judged, too. */
  async run(options: WorldOptions, faults: readonly Fault[] = [], calm?: Verdict): Promise<Verdict> {
    const verdict = await judgeRun(this.#scenario, options, faults);
    const complaints = [...verdict.complaints, ...(calm ? costs(verdict, calm, this.#scenario) : [])];
    const place = `${describeFaults(faults)}, sweeper ${options.sweeper}`;
    this.violations.push(...complaints.map((complaint) => `${place}: ${complaint}`));
    this.runs += 1;
    this.faults += verdict.world.fired.length;
    for (const { bit, kind, operation } of verdict.world.fired) if (bit) this.felt.add(`${operation} ${kind}`);
    // A run is microtasks only: without this the test runner would hear nothing until the last of them.
    if (this.runs % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    return verdict;
  }
}
