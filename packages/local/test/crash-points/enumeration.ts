import type { AwsClients } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { type Emulators, startEmulators } from "@stephooks/emulators";
import { EmulatedWorld } from "./emulated-world.ts";
import { canMatter, type Fault, type FaultKind, faultKinds } from "./faults.ts";
import { faultyClients } from "./faulty-clients.ts";
import { judge, type Scenario } from "./judge.ts";
import { RawStack } from "./raw-stack.ts";

export interface Verdict {
  readonly scenario: string;
  readonly fault: Fault | undefined;
  readonly complaints: readonly string[];
  /** True when the run came as far as the call that its fault is for. */
  readonly fired: boolean;
}

/** Runs at the same time: most of a run is waiting for answers, and for the SDK's pauses between its tries. */
const LANES = 24;

/** Real seconds: longer than any run, so that only the world ends a visibility timeout. */
const timings = { functionTimeout: 1, visibilityTimeout: 900 } as const;

/** Emulators, clients and stacks for many runs. */
export class Enumeration {
  readonly clients: AwsClients;
  readonly #emulators: Emulators;
  /** Stacks whose queues and table are empty. */
  readonly #free: RawStack[] = [];
  #seed = 0;

  private constructor(emulators: Emulators) {
    this.#emulators = emulators;
    this.clients = faultyClients(emulators.environment);
  }

  static async start(): Promise<Enumeration> {
    return new Enumeration(await startEmulators());
  }

  async stop(): Promise<void> {
    this.clients.dynamodb.destroy();
    this.clients.sqs.destroy();
    await this.#emulators.stop();
  }

  /** Every scenario without faults and with every fault kind that can matter at every call of that run. */
  async run(scenarios: readonly Scenario[], kinds: readonly FaultKind[] = faultKinds): Promise<readonly Verdict[]> {
    const calm = await inLanes(scenarios.map((scenario) => () => this.#calm(scenario)));
    const faulty = calm.flatMap(({ calls, scenario }) =>
      calls.flatMap((call, index) =>
        kinds
          .filter((kind) => canMatter(kind, call))
          .map((kind) => async () => (await this.#one(scenario, { call: index + 1, kind })).verdict),
      ),
    );
    return [...calm.map(({ verdict }) => verdict), ...(await inLanes(faulty))];
  }

  async #calm(scenario: Scenario) {
    const { verdict, world } = await this.#one(scenario);
    return { scenario, verdict, calls: world.calls };
  }

  async #one(scenario: Scenario, fault?: Fault): Promise<{ readonly verdict: Verdict; readonly world: EmulatedWorld }> {
    const stack = this.#free.pop() ?? (await this.#provision());
    this.#seed += 1;
    const faults = fault === undefined ? [] : [fault];
    const world = new EmulatedWorld({ clients: this.clients, stack, faults, seed: this.#seed });
    const acknowledged = await scenario.run(world);
    const settled = await world.settle();
    const items = await stack.scan();
    const found = await judge(scenario, world, acknowledged, items);
    const complaints = settled ? found : ["I10: stuck, messages circulate for ever", ...found];
    await stack.erase(items);
    // A stack with something left in it is nobody's any more.
    if (complaints.length === 0) this.#free.push(stack);
    return { verdict: { scenario: scenario.name, fault, complaints, fired: world.faultsFired > 0 }, world };
  }

  async #provision(): Promise<RawStack> {
    this.#seed += 1;
    const name = `crash-points-${this.#seed}`;
    return new RawStack(this.#emulators, await provisionStack({ clients: this.clients, name, timings }));
  }
}

export function violations(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ complaints, fault, scenario }) =>
    complaints.map((what) => `${scenario}, ${fault ? `${fault.kind} at call ${fault.call}` : "no fault"}: ${what}`),
  );
}

/** All of them, at most {@link LANES} at the same time; results in order. */
async function inLanes<Result>(jobs: readonly (() => Promise<Result>)[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = jobs.entries();
  const lane = async (): Promise<void> => {
    for (const [index, job] of queue) results[index] = await job();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
