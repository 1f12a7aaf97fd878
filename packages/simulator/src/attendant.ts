import { type InstanceHead, parseBranchId } from "@stephooks/core";
import type { ClientActions } from "./client-actions.ts";
import type { Mail } from "./mailbox.ts";
import type { Observer } from "./observer.ts";
import type { Patch } from "./patches.ts";
import type { Profile } from "./profiles.ts";
import type { RandomStream } from "./random-stream.ts";
import { answerKey, type Shape, stepOfShape } from "./shape.ts";
import type { Told } from "./told.ts";
import type { World } from "./world.ts";

export interface AttendantOptions {
  readonly world: World;
  readonly observer: Observer;
  readonly chance: RandomStream;
  /** For what was added later: kept cases draw the rest as they did. */
  readonly rare: RandomStream;
  readonly profile: Profile;
  readonly told: Told;
  readonly actions: ClientActions;
}

/** Somebody who looks at everything that waits, is blocked or has failed, and insists on what it needs. */
export class Attendant {
  readonly #options: AttendantOptions;

  constructor(options: AttendantOptions) {
    this.#options = options;
  }

  attend(head: InstanceHead): void {
    const { actions, observer } = this.#options;
    const id = parseBranchId(head.id)?.instance ?? head.id;
    const { shape } = observer.modelOf(id, head.workflow);
    if (head.status === "waiting") this.#answer(head, id, shape);
    if (head.status === "blocked")
      this.#insist(head, this.#patience(60_000), false, (then) => actions.unblock(id, then));
    if (head.status === "failed" && stepOfShape(shape, head.step).kind === "fixable") {
      // Not by chance: kept cases draw as they did.
      const from = head.seq % 3 === 0 ? shape.first : head.seq % 3 === 1 ? head.step : undefined;
      this.#insist(head, this.#patience(60_000), false, (then) => actions.retry(id, shape, head.step, { from, then }));
    }
  }

  #answer(head: InstanceHead, id: string, shape: Shape): void {
    const { chance, profile, rare, told, world } = this.#options;
    const { kind } = stepOfShape(shape, head.step);
    const mayTimeOut = head.dueAt !== undefined;
    if (mayTimeOut && chance.happens(0.5)) return;
    const delay = this.#patience(Math.max(1, (head.dueAt ?? Infinity) - world.timeline.now));
    const answer = (then: () => void): void => this.#tell(head, id, shape, then);
    this.#insist(head, delay, mayTimeOut, answer);
    // What is patched while an answer is on its way must be seen by the step that the answer wakes.
    if (profile.contention && chance.happens(0.2)) {
      world.timeline.after(delay + chance.below(60), () => this.#options.actions.patch(id, shape, false));
    }
    // Each fits into the state as it was read, and both together do not (I21).
    if (profile.contention && rare.happens(0.02)) {
      for (const at of [rare.below(60), rare.below(60)]) {
        world.timeline.after(delay / 2 + at, () => this.#options.actions.patchLargely(id, shape, rare));
      }
    }
    // Two answers to one wait, at the same moment.
    const isContended = (profile.contention || kind === "hold") && chance.happens(0.2);
    if (isContended) this.#insist(head, delay + chance.below(30), true, answer);
    // The one that comes second may patch the next question while it is asked.
    if (isContended && kind !== "hold") told.meddled.push(id);
  }

  #tell(head: InstanceHead, id: string, shape: Shape, then: () => void): void {
    const { actions, observer, world } = this.#options;
    const { kind } = stepOfShape(shape, head.step);
    const key = answerKey(head.step);
    // R8: whoever was told that the answer is stored does not give it again.
    const isKnown = ({ acknowledged, keys, superseded, whole }: Patch) =>
      acknowledged && !superseded && !whole && key in keys;
    if (kind !== "hold" && observer.modelOf(id, shape.name).patches.some(isKnown)) return then();
    const inPerson = (): void => actions.give(id, shape, { [key]: "yes" }, true, then);
    if (kind === "hold") return actions.continue(id, then);
    const mail = kind === "mail" ? world.mailbox.newestOf(head.id) : undefined;
    if (mail === undefined) return inPerson();
    actions.answerMail(mail, shape, (isUseless) => (isUseless ? inPerson() : then()));
    this.#replay(mail, shape);
  }

  /** A link in a mail is followed twice, perhaps long after its time. */
  #replay(mail: Mail, shape: Shape): void {
    const { actions, chance, profile, told, world } = this.#options;
    if (!profile.contention || !chance.happens(0.3)) return;
    told.meddled.push(mail.instance);
    world.timeline.after(chance.spread(10, 600_000), () => actions.answerMail(mail, shape, () => {}));
  }

  /** Answers come early in calm; else at any moment, or just when the time is over. */
  #patience(limit: number): number {
    const { chance, profile } = this.#options;
    if (profile.name === "calm") return Math.min(limit / 4, chance.spread(300, 20_000));
    if (limit < Infinity && chance.happens(0.4)) return Math.max(0, limit - 60 + chance.below(1_200));
    return chance.spread(1, Math.min(limit, 120_000) + 1);
  }

  #insist(head: InstanceHead, delay: number, once: boolean, act: (then: () => void) => void): void {
    const { chance, told, world } = this.#options;
    const { store, timeline } = world;
    told.open += 1;
    const attempt = (): void => {
      const now = store.get(head.id);
      const ref = parseBranchId(head.id);
      const parent = ref && store.get(ref.instance);
      const isOver = ref && (parent?.status !== "joining" || parent.join?.seq !== ref.seq);
      if (isOver || now?.seq !== head.seq || now.status !== head.status) {
        told.open -= 1;
        return;
      }
      act(() => {
        if (once) told.open -= 1;
        else timeline.after(chance.spread(100, 30_000), attempt);
      });
    };
    timeline.after(delay, attempt);
  }
}
