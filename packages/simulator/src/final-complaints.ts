import { hasEnded, parseBranchId } from "@stephooks/core";
import { forgottenEntries } from "./forgotten-entries.ts";
import type { BrokerFault } from "./fault-plan.ts";
import type { Observer } from "./observer.ts";
import type { Profile } from "./profiles.ts";
import type { Shape } from "./shape.ts";
import type { Told } from "./told.ts";
import type { World } from "./world.ts";

export interface Ending {
  readonly world: World;
  readonly observer: Observer;
  readonly told: Told;
  readonly profile: Profile;
  readonly shapes: readonly Shape[];
}

/** I9: bodies beyond the first of their attempt that one harmed message may cost, for each branch of a fan-out. */
const REPEATED_PER_FAULT = 2;

/** Faults that cost time and no body. */
const harmless: ReadonlySet<string> = new Set<BrokerFault>(["late", "early", "throttled-receive"]);

/** So few faults hold no message back for an hour. */
const FEW_FAULTS = 5;

/** What is wrong when a run is over: everything must have ended, and as its clients were told. */
export function finalComplaints(ending: Ending): readonly string[] {
  return [
    ...unfinished(ending),
    ...leftovers(ending),
    ...starts(ending),
    ...commands(ending),
    ...amplified(ending),
    ...rescued(ending),
    ...forgottenEntries(ending.world),
    ...(ending.profile.name === "calm" ? costly(ending) : []),
  ];
}

function unfinished({ observer, told, world }: Ending): readonly string[] {
  const heads = world.store.heads().filter(({ id }) => parseBranchId(id) === undefined);
  const alive = heads
    .filter(({ status }) => !hasEnded(status))
    .map(({ id, status, step }) => `I3: ${id} is still ${status} at ${step}`);
  const silent = [...told.children].filter((id) => world.store.get(id) && !observer.reported.has(id));
  return [
    ...alive,
    ...silent.map((id) => `I3: the end of ${id} was never reported`),
    ...(told.open > 0 ? [`I3: ${told.open} clients never got what they insist on`] : []),
  ];
}

function leftovers({ world }: Ending): readonly string[] {
  const left = [...world.queue.held, ...world.deadLetters.held].map(({ body }) => body);
  return left.length === 0 ? [] : [`I10: the queues still hold ${left.slice(0, 3).join(" ")}`];
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
      ({ acknowledged, keys, superseded }) => acknowledged && !superseded && !Object.keys(keys).every((name) => name in values),
    );
    return [
      ...missing.map(({ keys }) => `I12: the patch ${Object.keys(keys).join(" ")} of ${id} is gone`),
      ...(told.cancelled.has(id) && status !== "cancelled" ? [`I7: ${id} was cancelled and ended ${status}`] : []),
      ...((told.continued.get(id) ?? 0) > model.commands ? [`I11: more continues of ${id} than answered waits`] : []),
    ];
  });
}

function amplified({ observer, shapes, told, world }: Ending): readonly string[] {
  const { repeated } = observer.executions;
  const harmed = world.faults.fired
    .filter(({ kind }) => !harmless.has(kind))
    .reduce((sum, { weight }) => sum + weight, told.actions + world.doubledPasses + observer.harmed);
  const width = Math.max(...shapes.map((shape) => shape.width));
  const allowed = REPEATED_PER_FAULT * width * harmed;
  return repeated <= allowed ? [] : [`I9: ${repeated} repeated bodies for ${harmed} harmed messages`];
}

/**
 * L3: the watchdog is for what is outside of the fault model. It cannot know of messages that many faults together
 * hold back for an hour, nor of deployments that miss a workflow.
 */
function rescued({ world }: Ending): readonly string[] {
  const isHeldBack = world.faults.fired.length > FEW_FAULTS || world.oldDeployment !== undefined;
  return world.rescues === 0 || isHeldBack ? [] : [`L3: the watchdog woke ${world.rescues} instances`];
}

/** I8 and the cost promise, on runs without a fault. */
function costly({ observer, shapes, told, world }: Ending): readonly string[] {
  const { logged } = world;
  // The watchdog looks after fan-outs whose branches wait for long.
  const isWatched =
    logged.has("an instance that stood still was woken") ||
    // The wake of a branch whose wait was answered may find its join complete and not woken yet.
    shapes.some(({ steps }) => Object.values(steps).some(({ inBranch, kind }) => inBranch && kind === "hold")) ||
    // The wake of a wait finds an instance that its lifetime has ended.
    shapes.some(({ options }) => options.instanceTimeout !== undefined);
  const repairs = ["duties repeated", "message replaced by a delayed copy", "message kept after a failure"].filter(
    (event) => logged.has(event) && !isWatched,
  );
  const { repeated } = observer.executions;
  return [
    ...(repeated > 0 ? [`I8: ${repeated} bodies ran twice without a fault`] : []),
    ...repairs.map((event) => `I22: without a fault the engine logged "${event}"`),
    ...(told.actions === 0 && !isWatched ? requests({ observer, world }) : []),
  ];
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
