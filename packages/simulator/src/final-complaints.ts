import { hasEnded, parseBranchId } from "@stephooks/core";
import { leftInIndex } from "./left-in-index.ts";
import type { BrokerFault } from "./fault-plan.ts";
import { forgottenEntries } from "./forgotten-entries.ts";
import type { Observer } from "./observer.ts";
import type { Profile } from "./profiles.ts";
import type { Shape } from "./shape.ts";
import { NOBODY } from "./strangers.ts";
import type { Told } from "./told.ts";
import type { World } from "./world.ts";

export interface Ending {
  readonly world: World;
  readonly observer: Observer;
  readonly told: Told;
  readonly profile: Profile;
  readonly shapes: readonly Shape[];
}

/** I9: bodies beyond the first of their attempt that one harm of an instance may cost each of its heads. */
const REPEATED_PER_HARM = 2;

/** Faults that cost time and no body. */
const harmless: ReadonlySet<string> = new Set<BrokerFault>(["late", "early", "throttled-receive"]);

/** So few faults of one instance hold no message of it back for an hour. */
const FEW_HARMS = 4;

/** What is wrong when a run is over: everything must have ended, and as its clients were told. */
export function finalComplaints(ending: Ending): readonly string[] {
  return [
    ...unfinished(ending),
    ...leftovers(ending),
    ...starts(ending),
    ...commands(ending),
    ...amplified(ending),
    ...rescued(ending),
    ...indexed(ending),
    ...forgottenEntries(ending.world),
    ...silent(ending.world),
    ...(ending.profile.name === "calm" ? costly(ending) : []),
  ];
}

function unfinished({ told, world }: Ending): readonly string[] {
  const heads = world.store.heads().filter(({ id }) => parseBranchId(id) === undefined);
  const alive = heads
    .filter(({ status }) => !hasEnded(status))
    .map(({ id, status, step }) => `I3: ${id} is still ${status} at ${step}`);
  return [...alive, ...(told.open > 0 ? [`I3: ${told.open} clients never got what they insist on`] : [])];
}

/** I18: nothing comes between an applied commit that its writer hears of and its announcement, not even a death. */
function silent({ processes }: World): readonly string[] {
  return processes.flatMap(({ name, unannounced }) =>
    [...unannounced].map((what) => `I18: ${name} committed ${what} and never announced it`),
  );
}

function leftovers({ world }: Ending): readonly string[] {
  const buried = world.deadLetters.held.filter(({ stray }) => !stray);
  const left = [...world.queue.held, ...buried].map(({ body }) => body);
  return [
    ...(left.length === 0 ? [] : [`I10: the queues still hold ${left.slice(0, 3).join(" ")}`]),
    ...(world.store.get(NOBODY) ? [`S10: a message made instance ${NOBODY}`] : []),
  ];
}

/** I5 and I6. */
function starts({ told, world }: Ending): readonly string[] {
  const lost = [...told.started].filter((id) => world.store.get(id) === undefined);
  const byId = Map.groupBy(told.starts, ({ id }) => id);
  const many = [...byId].filter(([, all]) => all.flatMap(({ answers }) => answers).filter(Boolean).length > 1);
  return [
    ...lost.map((id) => `I5: ${id} was started and never stored`),
    ...many.map(([id]) => `I6: two clients were told that they created ${id}`),
  ];
}

/** I7, I11 and I12. */
function commands({ observer, told }: Ending): readonly string[] {
  return [...observer.models.values()].flatMap((model) => {
    const { id, patches, status, values } = model;
    const missing = patches.filter(
      ({ acknowledged, keys, superseded }) =>
        acknowledged && !superseded && !Object.keys(keys).every((name) => name in values),
    );
    return [
      ...missing.map(({ keys }) => `I12: the patch ${Object.keys(keys).join(" ")} of ${id} is gone`),
      ...(told.cancelled.has(id) && status !== "cancelled" ? [`I7: ${id} was cancelled and ended ${status}`] : []),
      ...((told.continued.get(id) ?? 0) > model.commands ? [`I11: more continues of ${id} than answered waits`] : []),
    ];
  });
}

/**
 * I9, by what harmed the instance: of each head a body of its own and, through the repair of the loser, one of the next;
 * of all heads together one body more, since a fan-out that is sent again costs each branch one.
 */
function amplified({ observer, told, world }: Ending): readonly string[] {
  const byFaults = world.faults.fired.filter(({ kind }) => !harmless.has(kind)).flatMap(({ harmed }) => harmed);
  const harms = countsOf([...byFaults, ...told.meddled, ...observer.harmed]);
  const harmedOf = (id: string): number => (harms.get(id) ?? 0) + world.doubledPasses;
  const { repeatedByHead } = observer.executions;
  const byInstance = Map.groupBy(repeatedByHead, ([head]) => parseBranchId(head)?.instance ?? head);
  return [...byInstance].flatMap(([id, heads]) => {
    const width = observer.models.get(id)?.shape.width ?? 1;
    const all = heads.reduce((sum, [, repeated]) => sum + repeated, 0);
    const most = Math.max(...heads.map(([, repeated]) => repeated));
    const isBounded = most <= REPEATED_PER_HARM * harmedOf(id) && all <= (1 + width) * harmedOf(id);
    return isBounded
      ? []
      : [`I9: ${all} repeated bodies of ${id}, ${most} of one head, which was harmed ${harmedOf(id)} times`];
  });
}

/** How often each instance is named, its branches included. */
function countsOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const instance = parseBranchId(id)?.instance ?? id;
    counts.set(instance, (counts.get(instance) ?? 0) + 1);
  }
  return counts;
}

/**
 * L3: the watchdog is for what is outside of the fault model. It cannot know of messages that many faults together
 * hold back for an hour, nor of deployments that miss a step.
 */
function rescued({ observer, world }: Ending): readonly string[] {
  // A step that kills its process stands still for a visibility timeout each time.
  const harms = countsOf([...world.faults.fired.flatMap(({ harmed }) => harmed), ...observer.harmed]);
  return [...world.rescued].flatMap((id) => {
    const { name, steps } = observer.models.get(id)?.shape ?? { name: "", steps: {} };
    const isHeldBack = Object.keys(steps).some((step) => world.isUnknown(name, step));
    const harmed = harms.get(id) ?? 0;
    return isHeldBack || harmed > FEW_HARMS ? [] : [`L3: the watchdog woke ${id}, which was harmed ${harmed} times`];
  });
}

/** L2: what is over stands in no index of what is to come, and in the list where it belongs. */
function indexed({ world: { store } }: Ending): readonly string[] {
  const misplaced = store.heads().filter(({ id, status }) => {
    return parseBranchId(id) === undefined && store.listedAs(id) !== (hasEnded(status) ? status : "active");
  });
  return [
    ...leftInIndex(store).map((id) => `L2: ${id} is over and stands in the due index`),
    ...misplaced.map(({ id, status }) => `L2: ${id} is ${status} and is listed as ${store.listedAs(id)}`),
  ];
}

/** What only happens when something went wrong. */
const repairs: readonly string[] = [
  "duties repeated",
  "message replaced by a delayed copy",
  "message kept after a failure",
];

/** I8 and the cost promise, on runs without a fault. */
function costly({ observer, shapes, told, world }: Ending): readonly string[] {
  const { logged } = world;
  const isCalm = (id: string): boolean => {
    const shape = observer.models.get(id)?.shape;
    return shape !== undefined && !isWatched(shape) && !logged.get(RESCUE)?.has(id);
  };
  const found = repairs.flatMap((event) =>
    [...(logged.get(event) ?? [])]
      .map((id) => parseBranchId(id)?.instance ?? id)
      .filter(isCalm)
      .map((id) => `I22: without a fault the engine logged "${event}" of ${id}`),
  );
  const { repeated } = observer.executions;
  const isCounted = told.meddled.length === 0 && !logged.has(RESCUE) && !shapes.some(isWatched);
  return [
    ...(repeated > 0 ? [`I8: ${repeated} bodies ran twice without a fault`] : []),
    ...found,
    ...(isCounted ? requests({ observer, world }) : []),
  ];
}

/** What the engine logs when its watchdog wakes something: it also looks after fan-outs whose branches wait for long. */
const RESCUE = "an instance that stood still was woken";

/**
 * The wake of a branch whose wait was answered may find its join complete and not woken yet; the wake of a wait finds
 * an instance that its lifetime has ended.
 */
function isWatched({ options, steps }: Shape): boolean {
  const waitsInBranch = Object.values(steps).some(({ inBranch, kind }) => inBranch && kind === "hold");
  return waitsInBranch || options.instanceTimeout !== undefined;
}

/** I22: one write, at most one read and one send for a transition; a branch reads two heads in one call. */
function requests({ observer, world }: Pick<Ending, "observer" | "world">): readonly string[] {
  const calls = (operation: string): number => world.calls.get(`worker ${operation}`) ?? 0;
  const models = [...observer.models.values()];
  const isPlain = models.every(
    ({ shape }) =>
      shape.options.instanceTimeout === undefined &&
      Object.values(shape.steps).every(({ kind }) => !["fan-out", "hold", "ask", "mail", "fixable"].includes(kind)),
  );
  if (!isPlain) return [];
  const transitions = models.reduce((sum, { seq }) => sum + seq, 0);
  const writes = calls("update") + calls("create");
  return [
    ...(writes === transitions ? [] : [`I22: ${writes} writes for ${transitions} transitions`]),
    ...(calls("read") <= transitions ? [] : [`I22: ${calls("read")} reads for ${transitions} transitions`]),
    ...(calls("send") <= transitions ? [] : [`I22: ${calls("send")} sends for ${transitions} transitions`]),
  ];
}
