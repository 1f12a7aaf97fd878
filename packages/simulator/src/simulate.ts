import { type StepContext, type TransitionListener } from "@stephooks/engine";
import { createWorker } from "@stephooks/engine/background";
import { withoutAmbience } from "./ambient-trap.ts";
import { type EngineParts, engineParts } from "./engine-parts.ts";
import { EventSource, INVOCATION } from "./event-source.ts";
import { type FiredFault, type PlannedFault, swarmRates } from "./fault-plan.ts";
import { finalComplaints } from "./final-complaints.ts";
import { leftInIndex } from "./left-in-index.ts";
import { markedRules } from "./marked-rules.ts";
import { Observer } from "./observer.ts";
import { type Profile, type ProfileName, profiles } from "./profiles.ts";
import { RandomStream } from "./random-stream.ts";
import { generateShape } from "./shape-generator.ts";
import { oldDeployment } from "./old-deployment.ts";
import type { Shape } from "./shape.ts";
import { type BodyHost, shapeWorkflow, type WorkflowMaker } from "./shape-workflow.ts";
import { portsOf, processOf } from "./sim-ports.ts";
import type { SimProcess } from "./sim-process.ts";
import { Story } from "./story.ts";
import { SweeperHost } from "./sweeper-host.ts";
import { settings, World } from "./world.ts";

export interface SeedOptions {
  readonly seed: number;
  readonly profile: ProfileName;
  /** Opportunities at which faults may happen; all of them unless given. */
  readonly only?: readonly number[];
  /** The faults that happen and no others, whatever the profile says. */
  readonly planned?: readonly PlannedFault[];
  /** The workflows; those of the seed unless given. */
  readonly shapes?: readonly Shape[];
  readonly traced?: boolean;
  readonly parts?: EngineParts;
  /** Another way to make the workflows of shapes; it must do the same. */
  readonly makeWorkflow?: WorkflowMaker;
}

/** What one run showed. */
export interface SeedReport {
  readonly seed: number;
  readonly profile: ProfileName;
  readonly violations: readonly string[];
  /** Equal for two equal runs. */
  readonly hash: string;
  readonly calls: number;
  readonly faults: readonly FiredFault[];
  /** Virtual milliseconds. */
  readonly elapsed: number;
  readonly executions: number;
  readonly instances: number;
  readonly trace: readonly string[];
  readonly shapes: readonly Shape[];
  /** What was exercised, and how often. */
  readonly covered: ReadonlyMap<string, number>;
}

/** A run with this many events circulates messages for ever. */
const MAX_EVENTS = 40_000;

/**
 * Everything must have ended this long after the faults, besides what the shapes wait for. What stood late in the index
 * comes when it is twice as late. Milliseconds.
 */
const MAX_QUIET = 6 * 3_600_000;

/** One whole run of one seed: a phase with faults, then a quiet one in which everything must end. */
export function simulate(options: SeedOptions): Promise<SeedReport> {
  return withoutAmbience(() => simulated(options));
}

async function simulated(options: SeedOptions): Promise<SeedReport> {
  const { makeWorkflow = shapeWorkflow, only, parts = engineParts, planned, seed, traced = false } = options;
  const profile = profiles[options.profile];
  const plan = new RandomStream(seed, 4);
  const rates = { ...swarmRates(plan, profile.faults), ...profile.always };
  const shapes = options.shapes ?? shapesOf(seed, profile);
  const world: World = new World({
    seed,
    rates,
    ...(only ? { only } : {}),
    ...(planned ? { planned } : {}),
    traced,
    parts,
    calm: profile.name === "calm",
    onWrite: (before, after) => {
      observer.written(before, after);
      if (after.indexedAt !== undefined && after.indexedAt !== before?.indexedAt) sweeper?.expect(after.indexedAt);
    },
    onTooLarge: (before, after) => observer.tooLarge(before, after),
    onSent: (message) => observer.sent(message),
    onGone: (message) => observer.gone(message),
  });
  const observer: Observer = new Observer(world, new Map(shapes.map((shape) => [shape.name, shape])));
  const sweeper = profile.sweeper ? new SweeperHost(world, plan) : undefined;
  const host: BodyHost = {
    work: (context, document) => {
      observer.began(context, document);
      return body(context, world, observer);
    },
    mailed: (context, token) => observer.mailed(context, token),
  };
  for (const shape of shapes) world.definitions.set(shape.name, makeWorkflow(shape, host));
  const sources = sourcesOf(world, observer, plan);
  markOptions(shapes, world);
  const chances = {
    chance: new RandomStream(seed, 5),
    rare: new RandomStream(seed, 6),
    early: new RandomStream(seed, 7),
  };
  const story = new Story(world, observer, chances, profile);
  story.tell(shapes);
  if (profile.contention && plan.happens(0.1)) world.oldDeployment = oldDeployment(shapes, host, plan, makeWorkflow);
  const longestRollout = plan.happens(0.5) ? (world.oldDeployment?.until ?? 0) : 0;
  const quietAt = Math.max(plan.spread(1_000, profile.longestTrouble), longestRollout);
  world.timeline.after(quietAt, () => {
    world.faults.active = false;
    world.note(() => "QUIET: no more faults");
  });
  const longest = Math.max(...shapes.map((shape) => shape.longest));
  await run(world, observer, story, sources, 5 * quietAt + 2 * longest + MAX_QUIET);
  const { told } = story;
  for (const complaint of finalComplaints({ world, observer, told, profile, shapes })) observer.complain(complaint);
  return reportOf(options, world, observer, shapes);
}

function markOptions(shapes: readonly Shape[], world: World): void {
  for (const { options } of shapes) {
    for (const [name, value] of Object.entries(options)) if (value !== undefined) world.mark(`option: ${name}`);
    if (options.retry?.maximumInterval !== undefined) world.mark("option: long retry");
  }
}

function shapesOf(seed: number, { contention, longestWait, segments }: Profile): readonly Shape[] {
  const chance = new RandomStream(seed, 1);
  const names = Array.from({ length: chance.pick([1, 1, 2]) }, (_, index) => `w${index}`);
  return names.map((name) => generateShape(chance, name, { longest: longestWait, segments, killers: contention }));
}

async function run(
  world: World,
  observer: Observer,
  story: Story,
  sources: readonly EventSource[],
  until: number,
): Promise<void> {
  const { deadLetters, queue, timeline } = world;
  const isOver = (): boolean =>
    observer.alive === 0 &&
    story.told.open === 0 &&
    world.clients === 0 &&
    queue.held.length === 0 &&
    deadLetters.held.every(({ stray }) => stray) &&
    leftInIndex(world.store).length === 0 &&
    sources.every(({ idle }) => idle);
  for (let events = 0; events < MAX_EVENTS; events++) {
    if (!(await timeline.advance())) return;
    if (timeline.elapsed > until) return;
    if (isOver()) return;
  }
  observer.complain(`I10: messages circulate for ever: ${MAX_EVENTS} events`);
}

function sourcesOf(world: World, observer: Observer, plan: RandomStream): readonly EventSource[] {
  const { deadLetters, parts, queue } = world;
  const listenerOf = (process: SimProcess): TransitionListener =>
    parts.listener(async (event) => observer.heard(event, process));
  const work = new EventSource({
    world,
    queue,
    role: "worker",
    slots: plan.between(2, 3),
    batchSize: plan.pick([1, 1, 3, 10]),
    invoke: (process, batch) => {
      const ports = portsOf(process, world);
      const definitions = world.deployed();
      return createWorker({
        ports,
        definitions,
        settings,
        rules: markedRules(parts.rules, world),
        listener: listenerOf(process),
      }).work(batch, INVOCATION);
    },
  });
  const drain = new EventSource({
    world,
    queue: deadLetters,
    role: "drain",
    slots: 1,
    batchSize: 10,
    invoke: (process, batch) =>
      parts
        .drain({ ports: portsOf(process, world), definitions: world.deployed(), listener: listenerOf(process) })
        .drain(batch),
  });
  return [work, drain];
}

/** The body's own work: it takes time, and its process may die or stand still over it. */
function body(context: StepContext, world: World, observer: Observer): Promise<void> {
  const isKiller = observer.isKiller(context);
  const process = processOf(context.log);
  const place = (): string => `${process.name} body ${context.idempotencyKey}`;
  const fault = world.faults.strike(["kill-before", "freeze"], { place, harmed: () => process.instances });
  if (fault) world.mark(`fault: ${fault} at body`);
  if (fault === "kill-before") {
    world.note(() => `${place()} -> ${process.name} DIES`);
    process.kill();
  }
  if (fault === "freeze") world.freeze(process);
  return new Promise((resolve) => {
    const duration = world.calm ? 5 : world.schedule.spread(1, 2_000);
    const settle = (): void => {
      if (isKiller) observer.killed(process);
      else resolve();
    };
    world.timeline.after(duration, () => process.deliver(settle));
  });
}

function reportOf(
  { profile, seed }: SeedOptions,
  world: World,
  observer: Observer,
  shapes: readonly Shape[],
): SeedReport {
  const { callCount, faults, timeline, trace } = world;
  return {
    seed,
    profile,
    violations: observer.violations,
    hash: trace.hash,
    calls: callCount,
    faults: faults.fired,
    elapsed: timeline.elapsed,
    executions: observer.executions.count,
    instances: observer.models.size,
    trace: trace.lines,
    shapes,
    covered: world.covered,
  };
}
