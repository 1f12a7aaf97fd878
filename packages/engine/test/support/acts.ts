import { hasEnded, type HeadStatus, type InstanceHead, type Ports } from "@stephooks/core";
import { cancelInstance } from "../../src/cancel-instance.ts";
import { EngineError } from "../../src/engine-error.ts";
import { pauseInstance } from "../../src/pause-instance.ts";
import { resumeInstance, retryInstance } from "../../src/recover-instance.ts";
import type { StepFunction } from "../../src/step-function.ts";
import { continueInstance, replaceState, resumeByToken, updateInstance } from "../../src/update-instance.ts";
import type { World } from "./world.ts";

/** Something that a client, an operator or the broker does. */
export type Act = (world: World) => Promise<unknown>;

/** The workflow of every scenario. */
export const WORKFLOW = "story";

/** The instance of every scenario that has one: known to clients whether or not they heard of the start. */
const ID = "story";

/** A client starts an instance, once; without an id of its choice when that is null. */
export const start =
  (state: object = {}, id: string | null = ID, workflow: string = WORKFLOW): Act =>
  async (world) => {
    const definition = world.definitions.get(workflow);
    if (!definition) throw new TypeError(`no workflow ${workflow}`);
    const started = await world.client((ports, startInstance) =>
      startInstance({ workflow: definition, state, ...(id === null ? {} : { id }) }, ports),
    );
    if (started) world.started.push(started.head.id);
    if (started?.created) world.created.push(started.head.id);
  };

export const settle: Act = (world) => world.settle();

/** What happens in this time, nothing else. */
export const pass =
  (milliseconds: number): Act =>
  (world) =>
    world.settle(milliseconds);

/** Time in which nobody serves the queue. */
export const idle =
  (milliseconds: number): Act =>
  async (world) =>
    world.clock.advance(milliseconds);

/** Batches, without time passing. */
export const deliver =
  (times = 1): Act =>
  async (world) => {
    for (let batch = 0; batch < times; batch++) await world.deliver();
  };

/** The sweeper's pass of this minute, when there is a sweeper. */
export const sweepNow: Act = (world) => world.sweep();

/** All at the same moment. */
export const together =
  (...acts: readonly Act[]): Act =>
  (world) =>
    Promise.all(acts.map((act) => act(world)));

/**
 * A client that tries again until somebody has heard it, while there is a point in it. What it was told is noted
 * under `name`.
 */
function insist(name: string, act: (ports: Ports, world: World) => Promise<unknown>, isPending: Pending): Act {
  return async (world) => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const head = (await world.store.read([ID])).get(ID);
      // A start that nobody heard of may yet turn out to have happened.
      if (head && !isPending(head)) return;
      if (await world.client((ports) => act(ports, world))) {
        world.heard.add(name);
        return;
      }
      await world.settle(120_000);
    }
  };
}

type Pending = (head: InstanceHead) => boolean;

const isLive: Pending = ({ status }) => !hasEnded(status);
const always: Pending = () => true;
const whenItIs =
  (...statuses: readonly HeadStatus[]): Pending =>
  ({ status }) =>
    statuses.includes(status);

/** Merges keys and resumes the wait. With `step`, only as long as that step is where the instance is. */
export const answer = (state: object, step?: string): Act =>
  insist("answer", (ports) => updateInstance(ID, state, true, ports), atStep(step));

/** Merges keys, resumes nothing. */
export const patch = (state: object): Act =>
  insist("patch", (ports) => updateInstance(ID, state, false, ports), always);

/** Replaces the state. */
export const replace = (state: object): Act => insist("replace", (ports) => replaceState(ID, state, ports), always);

export const goOn: Act = insist("continue", (ports) => continueInstance(ID, ports), whenItIs("waiting", "joining"));

export const cancel: Act = insist("cancel", (ports) => cancelInstance(ID, ports), always);

/** A client that does not wait to hear of the start. */
export const cancelUnheard: Act = insist("cancel", (ports) => cancelWhenKnown(ports, 10), always);

/** Cancels what the list of running instances shows. */
export const cancelListed: Act = insist(
  "cancel",
  async (ports) => {
    const { ids } = await ports.index.list({ workflow: WORKFLOW, group: "active", limit: 10 });
    if (ids.length === 0) throw new TypeError("nothing is listed yet");
    return Promise.all(ids.map((id) => cancelInstance(id, ports)));
  },
  isLive,
);

async function cancelWhenKnown(ports: Ports, tries: number): Promise<unknown> {
  try {
    return await cancelInstance(ID, ports);
  } catch (error) {
    const isUnknown = error instanceof EngineError && error.code === "unknown-instance";
    if (isUnknown && tries > 1) return cancelWhenKnown(ports, tries - 1);
    throw error;
  }
}

export const retry = (state?: object, from?: string): Act =>
  insist(
    "retry",
    (ports, { definitions }) => {
      const stepsOf = (name: string) => [...(definitions.get(name)?.steps.keys() ?? [])];
      return retryInstance(ID, state, ports, from === undefined ? undefined : { step: from, stepsOf });
    },
    whenItIs("failed"),
  );

export const pause: Act = insist("pause", (ports) => pauseInstance(ID, ports), isLive);

/** Of what is paused or blocked. */
export const resume: Act = insist(
  "resume",
  (ports) => resumeInstance(ID, ports),
  ({ pauseId, status }) => status === "blocked" || (pauseId !== undefined && !hasEnded(status)),
);

/** Clicks the link that a step has mailed: the newest one unless told which. */
export const click = (state: object, link = -1): Act =>
  insist("click", (ports, world) => resumeByToken(world.tokens.at(link), state, ports), always);

/** From now on other code is deployed. */
export const deploy =
  (steps: Readonly<Record<string, StepFunction>>): Act =>
  async (world) =>
    world.define(WORKFLOW, steps);

/** The broker hands every message that is visible, and the next ones too, to a throttled function: nothing runs. */
export const throttle =
  (receives: number): Act =>
  async (world) => {
    for (let receive = 0; receive < receives; receive++) {
      await world.queue.receive(10, 0);
      world.queue.expireVisibility();
    }
  };

/** The broker holds a second copy of what has not been received yet, and hands it out at once. */
export const deliverEarly: Act = async (world) => {
  for (const { body, receiveCount } of world.queue.messages()) if (receiveCount === 0) world.queue.inject(body);
};

/** The broker's clock is ahead: what should be delayed is handed out at once, and nothing comes later. */
export const hurry: Act = async (world) => {
  for (const { body, id, receiveCount } of world.queue.messages()) {
    if (receiveCount > 0) continue;
    world.queue.inject(body);
    await world.queue.remove([`${id}/0`]);
  }
};

function atStep(step: string | undefined): Pending {
  return (head) => step === undefined || head.step === step;
}
