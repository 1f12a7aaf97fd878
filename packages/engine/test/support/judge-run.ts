import { hasEnded, type InstanceHead, parseBranchId } from "@stephooks/core";
import { start, WORKFLOW } from "./acts.ts";
import { judgeEnding } from "./endings.ts";
import type { Fault } from "./faults.ts";
import type { Ending, Scenario } from "./scenario.ts";
import { type SweeperMode, World, type WorldOptions } from "./world.ts";

/** I9: bodies and sends of one instance, beyond the fault-free ones, that one fault may cost. */
const PER_FAULT = 2;

/** What came of one run. */
export interface Verdict {
  readonly world: World;
  readonly complaints: readonly string[];
}

/** Tells the story once and says what is wrong with the outcome. */
export async function judgeRun(
  scenario: Scenario,
  options: WorldOptions,
  faults: readonly Fault[] = [],
): Promise<Verdict> {
  const world = new World({ ...options, faults });
  world.observed.maximumAttempts = scenario.attempts ?? 3;
  const { acts = [start()], steps } = scenario;
  world.define(WORKFLOW, typeof steps === "function" ? steps(world) : steps, scenario.options);
  for (const act of acts) await act(world);
  const settled = await world.settle();
  const heads = instances(world);
  const complaints = [
    ...(settled ? [] : ["I10: stuck, messages circulate for ever"]),
    ...world.observed.complaints,
    ...heads.flatMap((head) => blameless(head, scenario)),
    ...lost(world, heads),
    ...forked(world),
    ...heads.flatMap((head) => judgeEnding(head, scenario, world).map((complaint) => `${head.id}: ${complaint}`)),
    ...(scenario.judge?.(world) ?? []),
    ...amplified(world, scenario),
    ...left(world, options.sweeper),
    ...missed(world, faults),
  ];
  return { world, complaints };
}

/** What faults cost, beside the same story without them. */
export function costs({ world }: Verdict, calm: Verdict, scenario: Scenario): readonly string[] {
  return [...slow(world, calm.world, scenario), ...chatty(world, calm.world, scenario)];
}

/** R4: a commit whose answer got lost is found out at once, it does not cost a redelivery. */
function slow(world: World, calm: World, { width }: Scenario): readonly string[] {
  const [only, ...more] = world.fired;
  const answerLost = more.length === 0 && only?.lostCommit === true;
  // Two branches that both see the join complete both wake it, and the second wake comes back once.
  if (!answerLost || width !== undefined) return [];
  return world.highestReceiveCount > calm.highestReceiveCount ? ["a lost answer cost a redelivery"] : [];
}

/**
 * I9: nor does a fault make every later step send twice. A second one can make each copy of a message that the first has
 * left repeat the duties of a fan-out: still nothing that grows with the length of the run.
 */
function chatty(world: World, calm: World, { perFault, repeats, width }: Scenario): readonly string[] {
  const allowed = sends(calm) + (perFault ?? PER_FAULT) * (width ?? 1) * world.fired.length ** 2;
  if (repeats || sends(world) <= allowed) return [];
  return [`I9: ${sends(world)} sends where ${sends(calm)} would do`];
}

function sends({ calls }: World): number {
  return calls.filter((operation) => operation === "send").length;
}

/** The records of branches end with their instance, not by themselves. */
function instances(world: World): readonly InstanceHead[] {
  return world.store.heads().filter(({ id }) => parseBranchId(id) === undefined);
}

function lost(world: World, heads: readonly InstanceHead[]): readonly string[] {
  const stored = new Set(heads.map((head) => head.id));
  const missing = world.started.filter((id) => !stored.has(id)).map((id) => `I5: ${id} was started and never stored`);
  const twice = world.created.filter((id, index) => world.created.indexOf(id) !== index);
  const unfinished = heads
    .filter((head) => !hasEnded(head.status))
    .map((head) => `I3: ${head.id} is still ${head.status} at ${head.step}, lost wakeup`);
  return [...missing, ...twice.map((id) => `I6: two clients were told that they created ${id}`), ...unfinished];
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
  const calm = scenario.bodies ?? effectsOf(scenario, ([first]) => first);
  const count = world.observed.executions;
  if (world.fired.length === 0) return count === calm ? [] : [`${count} executions without a fault, expected ${calm}`];
  const longest = Math.max(calm, effectsOf(scenario, longestOf));
  const allowed = longest + (scenario.perFault ?? PER_FAULT) * (scenario.width ?? 1) * world.fired.length;
  return count <= allowed ? [] : [`I9: ${count} executions where ${longest} would do`];
}

/** Side effects of all instances when they end as chosen. */
function effectsOf(
  { ends, others = {} }: Scenario,
  choose: (endings: readonly Ending[]) => Ending | undefined,
): number {
  return [ends, ...Object.values(others)].reduce((sum, endings) => sum + effectCount(choose(endings)), 0);
}

function longestOf(endings: readonly Ending[]): Ending | undefined {
  return endings.toSorted((a, b) => effectCount(b) - effectCount(a))[0];
}

function effectCount(ending: Ending | undefined): number {
  const counts = Object.values(ending?.effects ?? {}).map((effect) =>
    typeof effect === "number" ? effect : effect[1],
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** I23: faults of the infrastructure fail nobody; the scenarios' own failures are part of the story. */
function blameless(head: InstanceHead, { ends, others = {} }: Scenario): readonly string[] {
  const code = head.status === "failed" ? head.error?.code : undefined;
  if (code === undefined) return [];
  const own = [ends, ...Object.values(others)].flat().some(({ error }) => error?.code === code);
  return own ? [] : [`I23: ${head.id} failed with ${code}`];
}

function left(world: World, sweeper: SweeperMode | undefined): readonly string[] {
  const dead = world.deadLetters.messages().length;
  // Without the sweeper nobody tidies up what a branch that is over has left in the index.
  const entries = sweeper === "off" ? [] : world.store.heads().filter(({ indexedAt }) => indexedAt !== undefined);
  return [
    ...(dead === 0 ? [] : [`I10: ${dead} dead letters left`]),
    ...entries.map(({ id }) => `I10: ${id} is left in the due index`),
  ];
}

/** A fault that never came to its call proves nothing. */
function missed(world: World, faults: readonly Fault[]): readonly string[] {
  return faults
    .filter(({ call }) => !world.fired.some((fired) => fired.call === call))
    .map(({ call }) => `the run has no call ${call}`);
}
