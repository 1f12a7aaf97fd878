import { type InstanceHead, parseBranchId, type ParentRef, PortError, type Ports } from "@stephooks/core";
import {
  cancelInstance,
  continueInstance,
  definitionOf,
  retryInstance,
  startInstance,
  type StartResult,
  type StepContext,
  resumeInstance,
  updateInstance,
} from "@stephooks/engine";
import { client, type ClientResult } from "./client.ts";
import type { Observer } from "./observer.ts";
import type { Profile } from "./profiles.ts";
import type { RandomStream } from "./random-stream.ts";
import { answerKey, type Keys, repairKey, type Shape, stepOfShape } from "./shape.ts";
import type { World } from "./world.ts";

interface Start {
  readonly id: string;
  readonly answers: boolean[];
}

/** What clients and operators do in one run, and what they were told. */
export class Story {
  /** Things somebody still insists on. */
  open = 0;
  /** Acknowledged commands by instance. */
  readonly continued = new Map<string, number>();
  readonly cancelled = new Set<string>();
  readonly started = new Set<string>();
  readonly starts: Start[] = [];
  /** Instances that owe their parent a report. */
  readonly children = new Set<string>();
  /** What clients did that may make a body run twice without a fault. */
  actions = 0;
  readonly #world: World;
  readonly #observer: Observer;
  readonly #chance: RandomStream;
  readonly #profile: Profile;
  /** Instances to be cancelled at one of their commits. */
  readonly #doomed = new Set<string>();
  #patches = 0;

  constructor(world: World, observer: Observer, chance: RandomStream, profile: Profile) {
    this.#world = world;
    this.#observer = observer;
    this.#chance = chance;
    this.#profile = profile;
    observer.onStanding = (head) => {
      this.#attend(head);
      this.#cancelAtCommit(head.id, 0.3);
    };
    world.onAnswerLost = (id) => {
      if (!profile.contention || parseBranchId(id) || !this.#chance.happens(0.3)) return;
      this.#doomed.add(id);
      this.#cancelAtCommit(id, 1);
    };
    if (profile.contention) observer.onBody = (context) => this.#answerAhead(context);
  }

  tell(shapes: readonly Shape[]): void {
    const chance = this.#chance;
    const count = Math.min(this.#profile.instances, chance.pick([1, 1, 1, 2, 2, 3]));
    for (let index = 0; index < count; index++) {
      const shape = chance.pick(shapes);
      const at = chance.below(2_000);
      const id = chance.happens(0.8) ? `i${index}` : undefined;
      const isChild = id !== undefined && this.#profile.contention && isLinear(shape) && chance.happens(0.5);
      if (id !== undefined && isChild) this.children.add(id);
      this.#start(shape, at, id);
      if (id === undefined || !this.#profile.contention) continue;
      if (chance.happens(0.2)) {
        this.actions += 1;
        this.#start(shape, at + chance.below(50), id);
      }
      this.#interfere(id, shape);
    }
  }

  #start(shape: Shape, at: number, id: string | undefined): void {
    const { definitions, timeline } = this.#world;
    const record: Start = { id: id ?? "", answers: [] };
    if (id !== undefined) this.starts.push(record);
    const parent: ParentRef = { id: "parent", seq: 4, branch: 0 };
    this.open += 1;
    const act = (ports: Ports): Promise<StartResult> =>
      startInstance(
        {
          workflow: definitionOf(definitions, shape.name),
          state: shape.given,
          ...(id === undefined ? {} : { id }),
          ...(id !== undefined && this.children.has(id) ? { parent } : {}),
        },
        ports,
      );
    const attempt = (): void =>
      client(this.#world, `start ${shape.name} ${id ?? ""}`, act, (result) => {
        if (result.kind === "answered") {
          this.started.add(result.result.head.id);
          record.answers.push(result.result.created);
        } else if (id !== undefined) {
          timeline.after(this.#pause(), attempt);
          return;
        }
        this.open -= 1;
      });
    timeline.after(at, attempt);
  }

  /** Patches, early answers and cancels, at moments that have nothing to do with what the instance does. */
  #interfere(id: string, shape: Shape): void {
    const chance = this.#chance;
    const { timeline } = this.#world;
    const moment = (): number => chance.spread(5, 30_000);
    for (let count = chance.pick([0, 0, 1, 2]); count > 0; count--) {
      const resume = chance.happens(0.3);
      timeline.after(moment(), () => this.#patch(id, shape, resume));
    }
    const asked = Object.keys(shape.steps).filter((name) => shape.steps[name]?.kind === "ask");
    for (const name of asked) {
      if (chance.happens(0.4)) timeline.after(moment(), () => this.#answer(id, shape, name));
    }
    if (chance.happens(0.06)) timeline.after(moment(), () => this.#cancel(id, shape));
    if (chance.happens(0.1)) this.#doomed.add(id);
  }

  /** A cancel between the two tries of a writer that lost its answer (A3), or at some commit. */
  #cancelAtCommit(id: string, chance: number): void {
    if (!this.#doomed.has(id) || !this.#chance.happens(chance)) return;
    const workflow = this.#world.store.get(id)?.workflow;
    if (workflow === undefined) return;
    this.#doomed.delete(id);
    const { shape } = this.#observer.modelOf(id, workflow);
    this.#world.timeline.after(this.#chance.below(30), () => this.#cancel(id, shape));
  }

  /** An answer while the question is still being asked (R8). */
  #answerAhead({ instanceId, step, workflow }: StepContext): void {
    const { shape } = this.#observer.modelOf(instanceId, workflow);
    if (stepOfShape(shape, step).kind !== "ask" || !this.#chance.happens(0.15)) return;
    this.#world.timeline.after(this.#chance.below(100), () => this.#answer(instanceId, shape, step));
  }

  #patch(id: string, shape: Shape, resume: boolean): void {
    this.actions += 1;
    this.#patches += 1;
    this.#give(id, shape, { [`p_${this.#patches}`]: this.#patches }, resume, () => {});
  }

  #answer(id: string, shape: Shape, step: string): void {
    this.actions += 1;
    this.#give(id, shape, { [answerKey(step)]: "yes" }, true, () => {});
  }

  #give(id: string, shape: Shape, keys: Keys, resume: boolean, then: () => void): void {
    const patch = { keys, acknowledged: false };
    this.#observer.modelOf(id, shape.name).patches.push(patch);
    const act = (ports: Ports) => updateInstance(id, keys, resume, ports);
    client(this.#world, `patch ${id} ${JSON.stringify(keys)} ${resume ? "and resume" : ""}`, act, (result) => {
      if (result.kind === "answered") patch.acknowledged = true;
      then();
    });
  }

  #cancel(id: string, shape: Shape): void {
    this.#observer.modelOf(id, shape.name).cancelTried = true;
    client(
      this.#world,
      `cancel ${id}`,
      (ports) => cancelInstance(id, ports),
      (result) => {
        if (result.kind === "answered") this.cancelled.add(id);
        else if (isUnclear(result) && this.#chance.happens(0.5)) {
          this.#world.timeline.after(this.#pause(), () => this.#cancel(id, shape));
        }
      },
    );
  }

  /** Somebody looks at everything that waits or has failed, and does what it needs. */
  #attend(head: InstanceHead): void {
    const ref = parseBranchId(head.id);
    const id = ref?.instance ?? head.id;
    const { shape } = this.#observer.modelOf(id, head.workflow);
    const step = stepOfShape(shape, head.step);
    if (head.status === "waiting") {
      const mayTimeOut = head.dueAt !== undefined;
      if (mayTimeOut && this.#chance.happens(0.5)) return;
      const patience = Math.max(1, (head.dueAt ?? Infinity) - this.#world.timeline.now);
      const delay = this.#patience(patience);
      const answer = (then: () => void): void => {
        if (step.kind === "ask") this.#give(id, shape, { [answerKey(head.step)]: "yes" }, true, then);
        else this.#continue(id, then);
      };
      this.#insist(head, delay, mayTimeOut, answer);
      // Two answers to one wait, at the same moment.
      const isContended = (this.#profile.contention || step.kind === "hold") && this.#chance.happens(0.2);
      if (isContended) this.#insist(head, delay + this.#chance.below(30), true, answer);
      // The one that comes second may patch the next question while it is asked.
      if (isContended && step.kind === "ask") this.actions += 1;
    }
    if (head.status === "blocked") this.#insist(head, this.#patience(60_000), false, (then) => this.#unblock(id, then));
    if (head.status === "failed" && step.kind === "fixable") {
      this.#insist(head, this.#patience(60_000), false, (then) => this.#retry(id, shape, head.step, then));
    }
  }

  /** Answers come early in calm; else at any moment, or just when the time is over. */
  #patience(limit: number): number {
    if (this.#profile.name === "calm") return Math.min(limit / 4, this.#chance.spread(300, 20_000));
    if (limit < Infinity && this.#chance.happens(0.4)) return Math.max(0, limit - 60 + this.#chance.below(1_200));
    return this.#chance.spread(1, Math.min(limit, 120_000) + 1);
  }

  #insist(head: InstanceHead, delay: number, once: boolean, act: (then: () => void) => void): void {
    const { store, timeline } = this.#world;
    this.open += 1;
    const attempt = (): void => {
      const now = store.get(head.id);
      const ref = parseBranchId(head.id);
      const parent = ref && store.get(ref.instance);
      const isOver = ref && (parent?.status !== "joining" || parent.join?.seq !== ref.seq);
      if (isOver || now?.seq !== head.seq || now.status !== head.status) {
        this.open -= 1;
        return;
      }
      act(() => {
        if (once) this.open -= 1;
        else timeline.after(this.#pause(), attempt);
      });
    };
    timeline.after(delay, attempt);
  }

  #continue(id: string, then: () => void): void {
    client(
      this.#world,
      `continue ${id}`,
      (ports) => continueInstance(id, ports),
      (result) => {
        const isOwn = result.kind === "answered" && result.result.status !== "joining";
        if (isOwn) this.continued.set(id, (this.continued.get(id) ?? 0) + 1);
        then();
      },
    );
  }

  #unblock(id: string, then: () => void): void {
    client(this.#world, `unblock ${id}`, (ports) => resumeInstance(id, ports), then);
  }

  #retry(id: string, shape: Shape, step: string, then: () => void): void {
    const keys = { [repairKey(step)]: "repaired" };
    this.#observer.modelOf(id, shape.name).patches.push({ keys, acknowledged: false });
    client(this.#world, `retry ${id}`, (ports) => retryInstance(id, keys, ports), then);
  }

  #pause(): number {
    return this.#chance.spread(100, 30_000);
  }
}

function isUnclear(result: ClientResult<unknown>): boolean {
  return result.kind === "died" || (result.kind === "refused" && result.error instanceof PortError);
}

/**
 * No waits, long delays or branches: every state but the last has a message of the instance's own, so that its end is
 * reported even when whoever cancelled it dies.
 */
function isLinear({ options, steps }: Shape): boolean {
  const isSimple = Object.values(steps).every(
    ({ kind }) => !["ask", "hold", "delay", "fan-out", "fixable"].includes(kind),
  );
  return isSimple && options.retry?.maximumInterval === undefined;
}
