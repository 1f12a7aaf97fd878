import type { InstanceHead } from "@stephooks/core";
import { decodeState, parseBranchId } from "@stephooks/core";
import { type Fault, faultKinds, World, type WorldOptions } from "./world.ts";

/** A story told to a world, and what must be true of every instance afterwards whatever went wrong once. */
export interface Scenario {
  readonly name: string;
  /** Registers workflows and acts as clients; answers the ids whose start was acknowledged. */
  run(world: World): Promise<readonly string[]>;
  /** Complaints about one ended instance; none when it ended as it should. */
  judge(head: InstanceHead, world: World): readonly string[];
  /** Committed transitions of a fault-free run. */
  readonly transitions: number;
  /** Instances that share a batch: what one death can interrupt. 1 unless given. */
  readonly width?: number;
  /** How often a fault-free run receives one message at most. 1 unless given. */
  readonly receives?: number;
  /** Code of the failure that is part of the story. */
  readonly failsWith?: string;
}

/** I9: executions of one instance, beyond the fault-free ones, that one fault may cost. */
const EXECUTIONS_PER_FAULT = 2;

export interface Verdict {
  readonly fault: Fault | undefined;
  readonly complaints: readonly string[];
  readonly calls: number;
}

/** Runs the scenario once and says what is wrong with the outcome. */
async function judgeRun(scenario: Scenario, options: WorldOptions, fault?: Fault): Promise<Verdict> {
  const world = new World({ ...options, faults: fault ? [fault] : [] });
  const acknowledged = await scenario.run(world);
  const settled = await world.settle();
  const complaints = [
    ...(settled ? [] : ["I10: stuck, messages circulate for ever"]),
    ...world.observed.complaints,
    ...instances(world).flatMap((head) => blameless(head, scenario)),
    ...lost(world, acknowledged),
    ...forked(world),
    ...instances(world).flatMap((head) => scenario.judge(head, world).map((complaint) => `${head.id}: ${complaint}`)),
    ...amplified(world, scenario),
    ...slow(world, scenario, fault),
    ...left(world),
  ];
  return { fault, complaints, calls: world.calls.length };
}

/** Every fault kind at every outside call. The calls are counted in a run without faults, then as they happen. */
export async function enumerate(scenario: Scenario, options: WorldOptions = {}): Promise<readonly Verdict[]> {
  const calm = await judgeRun(scenario, options);
  const verdicts = [calm];
  for (let call = 1; call <= calm.calls; call++) {
    for (const kind of faultKinds) verdicts.push(await judgeRun(scenario, options, { call, kind }));
  }
  return verdicts;
}

export function violations(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ fault, complaints }) =>
    complaints.map((complaint) => `${fault ? `${fault.kind} at call ${fault.call}` : "no fault"}: ${complaint}`),
  );
}

/** The records of branches end with their instance, not by themselves. */
function instances(world: World): readonly InstanceHead[] {
  return world.store.heads().filter(({ id }) => parseBranchId(id) === undefined);
}

function lost(world: World, acknowledged: readonly string[]): readonly string[] {
  const stored = new Set(world.store.heads().map((head) => head.id));
  const missing = acknowledged.filter((id) => !stored.has(id)).map((id) => `I5: ${id} was started and never stored`);
  const unfinished = instances(world)
    .filter((head) => !["completed", "failed", "cancelled"].includes(head.status))
    .map((head) => `I3: ${head.id} is still ${head.status} at ${head.step}, lost wakeup`);
  return [...missing, ...unfinished];
}

/** I1: at most one commit for each (id, seq), and seq rises by one. */
function forked(world: World): readonly string[] {
  const bySeq = Map.groupBy(
    world.observed.applied.filter((write) => write.seq > 0 && write.status !== "cancelled"),
    (write) => `${write.id} seq ${write.seq}`,
  );
  const twice = [...bySeq].filter(([, writes]) => writes.length > 1).map(([key]) => `I1: ${key} committed twice`);
  const skipped = [...Map.groupBy(world.observed.applied, (write) => write.id)].flatMap(([id, writes]) =>
    writes
      .slice(1)
      .flatMap((write, index) =>
        write.seq > (writes[index]?.seq ?? 0) + 1 ? [`I1: ${id} jumped to seq ${write.seq}`] : [],
      ),
  );
  return [...twice, ...skipped];
}

function amplified(world: World, scenario: Scenario): readonly string[] {
  const allowed = scenario.transitions + EXECUTIONS_PER_FAULT * (scenario.width ?? 1) * world.faultsFired;
  const count = world.observed.executions.length;
  return count <= allowed ? [] : [`I9: ${count} executions for ${scenario.transitions} transitions`];
}

/** R4: an answer that got lost is found out at once, it does not cost a redelivery. */
function slow(world: World, scenario: Scenario, fault: Fault | undefined): readonly string[] {
  const operation = fault && world.calls[fault.call - 1];
  const answerLost = fault?.kind === "commit-then-error" && operation === "update";
  // Two branches that both see the join complete both wake it, and the second wake comes back once.
  if (scenario.width !== undefined) return [];
  return answerLost && world.highestReceiveCount > (scenario.receives ?? 1) ? ["a lost answer cost a redelivery"] : [];
}

/** I23: faults of the infrastructure fail nobody; the scenarios' own failures are plain errors. */
function blameless(head: InstanceHead, { failsWith }: Scenario): readonly string[] {
  return head.status === "failed" && head.error?.code !== undefined && head.error.code !== failsWith
    ? [`I23: ${head.id} failed with ${head.error.code}`]
    : [];
}

function left(world: World): readonly string[] {
  const dead = world.deadLetters.messages().length;
  return dead === 0 ? [] : [`I10: ${dead} dead letters left`];
}

/** Complaint when the state is not exactly what it should be. */
export function expectState(head: InstanceHead, expected: object): readonly string[] {
  const actual = JSON.stringify(sorted(decodeState(head.state)));
  const wanted = JSON.stringify(sorted(expected));
  return actual === wanted ? [] : [`state is ${actual}, expected ${wanted}`];
}

export function expectStatus(head: InstanceHead, expected: InstanceHead["status"]): readonly string[] {
  return head.status === expected ? [] : [`ended ${head.status}, expected ${expected}`];
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => a.localeCompare(b)));
}
