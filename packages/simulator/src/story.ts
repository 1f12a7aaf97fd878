import { HISTORY_LENGTH, type InstanceHead, parseBranchId, type Ports } from "@stephooks/core";
import { definitionOf, startInstance, type StartResult, type StepContext } from "@stephooks/engine";
import { Attendant } from "./attendant.ts";
import { ClientActions } from "./client-actions.ts";
import { client } from "./client.ts";
import type { Mail } from "./mailbox.ts";
import type { Observer } from "./observer.ts";
import type { Profile } from "./profiles.ts";
import type { RandomStream } from "./random-stream.ts";
import { Strangers } from "./strangers.ts";
import { type Shape, stepOfShape } from "./shape.ts";
import { type Start, Told } from "./told.ts";
import type { World } from "./world.ts";

/** Where a story's chance comes from. */
export interface Chances {
  readonly chance: RandomStream;
  readonly rare: RandomStream;
  readonly early: RandomStream;
}

/** What clients and operators do in one run. */
export class Story {
  readonly told = new Told();
  readonly #world: World;
  readonly #observer: Observer;
  readonly #chance: RandomStream;
  /** For what was added later: kept cases draw the rest as they did. */
  readonly #rare: RandomStream;
  readonly #strangers: Strangers;
  readonly #profile: Profile;
  readonly #actions: ClientActions;
  /** Instances to be cancelled at one of their commits. */
  readonly #doomed = new Set<string>();

  constructor(world: World, observer: Observer, { chance, early, rare }: Chances, profile: Profile) {
    this.#world = world;
    this.#observer = observer;
    this.#chance = chance;
    this.#rare = rare;
    this.#profile = profile;
    const { told } = this;
    this.#actions = new ClientActions(world, observer, chance, told);
    this.#strangers = new Strangers(world, observer, rare, told);
    const attendant = new Attendant({ world, observer, chance, rare, profile, told, actions: this.#actions });
    observer.onStanding = (head) => {
      attendant.attend(head);
      this.#readLongHistory(head);
      this.#cancelAtCommit(head.id, 0.3);
    };
    world.onAnswerLost = (id) => {
      if (!profile.contention || parseBranchId(id) || !this.#chance.happens(0.3)) return;
      this.#doomed.add(id);
      this.#cancelAtCommit(id, 1);
    };
    if (!profile.contention) return;
    observer.onBody = (context) => this.#answerAhead(context);
    // Long runs show what one body too many costs (I9); each early click allows one.
    if (profile.name !== "year") world.mailbox.onMail = (mail) => this.#clickAhead(mail, early);
  }

  tell(shapes: readonly Shape[]): void {
    const chance = this.#chance;
    const count = Math.min(this.#profile.instances, chance.pick([1, 1, 1, 2, 2, 3]));
    for (let index = 0; index < count; index++) {
      const shape = chance.pick(shapes);
      const at = chance.below(2_000);
      const id = chance.happens(0.8) ? `i${index}` : undefined;
      this.#start(shape, at, id);
      if (id === undefined || !this.#profile.contention) continue;
      if (chance.happens(0.2)) {
        this.told.meddled.push(id);
        this.#start(shape, at + chance.below(50), id);
      }
      this.#interfere(id, shape);
      this.#interfereRarely(id, shape);
    }
  }

  #start(shape: Shape, at: number, id: string | undefined): void {
    const { definitions, timeline } = this.#world;
    const record: Start = { id: id ?? "", answers: [] };
    const { told } = this;
    if (id !== undefined) told.starts.push(record);
    told.open += 1;
    const act = (ports: Ports): Promise<StartResult> =>
      startInstance(
        {
          workflow: definitionOf(definitions, shape.name),
          state: shape.given,
          ...(id === undefined ? {} : { id }),
        },
        ports,
      );
    const attempt = (): void =>
      client(
        this.#world,
        { action: "start", on: `${shape.name} ${id ?? ""}`, instances: id === undefined ? [] : [id], act },
        (result) => {
          if (result.kind === "answered") {
            told.started.add(result.result.head.id);
            record.answers.push(result.result.created);
          } else if (id !== undefined) {
            timeline.after(this.#chance.spread(100, 30_000), attempt);
            return;
          }
          told.open -= 1;
        },
      );
    timeline.after(at, attempt);
  }

  /** What has nothing to do with what the instance does at that moment. */
  #interfere(id: string, shape: Shape): void {
    const chance = this.#chance;
    const { timeline } = this.#world;
    const moment = (): number => chance.spread(5, 30_000);
    for (let count = chance.pick([0, 0, 1, 2]); count > 0; count--) {
      const resume = chance.happens(0.3);
      timeline.after(moment(), () => this.#actions.patch(id, shape, resume));
    }
    const asked = Object.keys(shape.steps).filter((name) => shape.steps[name]?.kind === "ask");
    for (const name of asked) {
      if (chance.happens(0.4)) timeline.after(moment(), () => this.#actions.answer(id, shape, name));
    }
    if (chance.happens(0.12)) timeline.after(moment(), () => this.#actions.replace(id, shape));
    for (let count = chance.pick([0, 0, 0, 0, 0, 1, 2]); count > 0; count--) {
      timeline.after(moment(), () => this.#actions.pause(id));
    }
    if (chance.happens(0.1)) timeline.after(moment(), () => this.#actions.list(shape.name));
    if (chance.happens(0.06)) timeline.after(moment(), () => this.#actions.cancel(id, shape));
    if (chance.happens(0.1)) this.#doomed.add(id);
  }

  /** What has left the head is read, too. */
  #readLongHistory({ id, seq }: InstanceHead): void {
    const rare = this.#rare;
    if (!this.#profile.contention || parseBranchId(id) || seq <= HISTORY_LENGTH || !rare.happens(0.3)) return;
    this.#world.timeline.after(rare.below(1_000), () => this.#actions.history(id, rare.pick([2, 5, 100])));
  }

  #interfereRarely(id: string, shape: Shape): void {
    const rare = this.#rare;
    const { timeline } = this.#world;
    const moment = (): number => rare.spread(5, 30_000);
    if (rare.happens(0.02)) timeline.after(moment(), () => this.#actions.patchLargely(id, shape, rare));
    for (let count = rare.pick([0, 0, 0, 0, 0, 1]); count > 0; count--) {
      timeline.after(moment() * 2, () => this.#actions.history(id, rare.pick([2, 5, 100])));
    }
    if (!rare.happens(0.12)) return;
    for (let count = rare.between(1, 3); count > 0; count--) {
      timeline.after(moment(), () => this.#strangers.send(id, shape));
    }
  }

  /** A cancel between the two tries of a writer that lost its answer (A3), or at some commit. */
  #cancelAtCommit(id: string, chance: number): void {
    if (!this.#doomed.has(id) || !this.#chance.happens(chance)) return;
    const workflow = this.#world.store.get(id)?.workflow;
    if (workflow === undefined) return;
    this.#doomed.delete(id);
    const { shape } = this.#observer.modelOf(id, workflow);
    this.#world.timeline.after(this.#chance.below(30), () => this.#actions.cancel(id, shape));
  }

  /** An answer while the question is still being asked (R8). */
  #answerAhead({ instanceId, step, workflow }: StepContext): void {
    const { shape } = this.#observer.modelOf(instanceId, workflow);
    if (stepOfShape(shape, step).kind !== "ask" || !this.#chance.happens(0.15)) return;
    this.#world.timeline.after(this.#chance.below(100), () => this.#actions.answer(instanceId, shape, step));
  }

  /** A mail that is read before the wait behind it is stored, once or twice (R9). */
  #clickAhead(mail: Mail, early: RandomStream): void {
    const { store, timeline } = this.#world;
    const workflow = store.get(mail.instance)?.workflow;
    if (workflow === undefined || !early.happens(0.6)) return;
    const { shape } = this.#observer.modelOf(mail.instance, workflow);
    for (let clicks = early.pick([1, 1, 2]); clicks > 0; clicks--) {
      const isBad = early.happens(0.3);
      timeline.after(early.below(15), () => {
        if (isBad) this.#actions.answerMailBadly(mail, shape);
        else this.#actions.answerMail(mail, shape, () => {});
      });
    }
  }
}
