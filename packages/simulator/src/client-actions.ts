import { hasEnded, type HistoryEntry, PortError, type Ports } from "@stephooks/core";
import {
  cancelInstance,
  continueInstance,
  EngineError,
  pauseInstance,
  readHistory,
  replaceState,
  resumeByToken,
  resumeInstance,
  retryInstance,
  updateInstance,
} from "@stephooks/engine";
import { client, type ClientResult } from "./client.ts";
import { largeSizes, largeText } from "./large-state.ts";
import { listAll } from "./list-all.ts";
import type { Mail } from "./mailbox.ts";
import type { Observer } from "./observer.ts";
import { patchOf } from "./patches.ts";
import type { RandomStream } from "./random-stream.ts";
import { answerKey, type Keys, repairKey, type Shape } from "./shape.ts";
import type { Told } from "./told.ts";
import type { World } from "./world.ts";

/** Clients that cancel die or lose answers this much more often than others: what they leave undone shows late. */
const CLUMSY = 6;

/** Everything clients and operators can do to one instance, with what the model must know of it. */
export class ClientActions {
  readonly #world: World;
  readonly #observer: Observer;
  readonly #chance: RandomStream;
  readonly #told: Told;
  #patches = 0;

  constructor(world: World, observer: Observer, chance: RandomStream, told: Told) {
    this.#world = world;
    this.#observer = observer;
    this.#chance = chance;
    this.#told = told;
  }

  patch(id: string, shape: Shape, resume: boolean): void {
    this.#told.meddled.push(id);
    this.#patches += 1;
    this.give(id, shape, { [`p_${this.#patches}`]: this.#patches }, resume);
  }

  /** Alone it may be too much; two of these that come at once are. */
  patchLargely(id: string, shape: Shape, chance: RandomStream): void {
    this.#told.meddled.push(id);
    this.#patches += 1;
    const bytes = chance.pick([largeSizes.one, largeSizes.one, largeSizes.one, largeSizes.tooMuch]);
    this.give(id, shape, { [`p_${this.#patches}`]: largeText(bytes) }, chance.happens(0.6));
  }

  answer(id: string, shape: Shape, step: string): void {
    this.#told.meddled.push(id);
    this.give(id, shape, { [answerKey(step)]: "yes" }, true);
  }

  give(id: string, shape: Shape, keys: Keys, resume: boolean, then: () => void = () => {}): void {
    const action = resume ? "update and resume" : "update";
    this.#change(
      id,
      shape,
      keys,
      { action, whole: false, act: (ports) => updateInstance(id, keys, resume, ports) },
      then,
    );
  }

  /** Some of what is stored, and a key of its own: what is left out is gone. */
  replace(id: string, shape: Shape): void {
    const state = this.#world.store.get(id)?.state;
    if (state === undefined) return;
    this.#told.meddled.push(id);
    this.#patches += 1;
    const kept = [...state].filter(([name]) => name === "given" || this.#chance.happens(0.7));
    const values = Object.fromEntries(kept.map(([name, json]) => [name, JSON.parse(json)]));
    const keys = { ...values, [`r_${this.#patches}`]: this.#patches };
    this.#change(id, shape, keys, { action: "replace", whole: true, act: (ports) => replaceState(id, keys, ports) });
  }

  #change(
    id: string,
    shape: Shape,
    keys: Keys,
    { act, action, whole }: { action: string; whole: boolean; act: (ports: Ports) => Promise<unknown> },
    then: () => void = () => {},
  ): void {
    const patch = patchOf(keys, whole);
    this.#observer.modelOf(id, shape.name).patches.push(patch);
    client(this.#world, { action, on: `${id} ${Object.keys(keys).join(" ")}`, instances: [id], act }, (result) => {
      if (result.kind === "answered") patch.acknowledged = true;
      then();
    });
  }

  cancel(id: string, shape: Shape): void {
    this.#observer.modelOf(id, shape.name).cancelTried = true;
    const act = (ports: Ports) => cancelInstance(id, ports);
    client(this.#world, { action: "cancel", on: id, instances: [id], boost: CLUMSY, act }, (result) => {
      if (result.kind === "answered") this.#told.cancelled.add(id);
      else if (isUnclear(result) && this.#chance.happens(0.5)) {
        this.#world.timeline.after(this.#chance.spread(100, 30_000), () => this.cancel(id, shape));
      }
    });
  }

  continue(id: string, then: () => void): void {
    const act = (ports: Ports) => continueInstance(id, ports);
    client(this.#world, { action: "continue", on: id, instances: [id], act }, (result) => {
      const { continued } = this.#told;
      const isOwn = result.kind === "answered" && result.result.status !== "joining";
      if (isOwn) continued.set(id, (continued.get(id) ?? 0) + 1);
      then();
    });
  }

  /** Answers with a mailed token what is not enough: the step has to ask again. */
  answerMailBadly(mail: Mail, shape: Shape): void {
    this.#patches += 1;
    this.answerMail(mail, shape, () => {}, { [`p_${this.#patches}`]: this.#patches });
  }

  /** Answers with a mailed token. `then` hears whether another way is needed. */
  answerMail(
    mail: Mail,
    shape: Shape,
    then: (isUseless: boolean) => void,
    keys: Keys = { [answerKey(mail.step)]: "yes" },
  ): void {
    // A branch keeps the answer in its own record.
    const patch = patchOf(keys);
    if (mail.head === mail.instance) this.#observer.modelOf(mail.instance, shape.name).patches.push(patch);
    const act = (ports: Ports) => resumeByToken(mail.token, keys, ports);
    const { timeline } = this.#world;
    const at = timeline.now;
    client(this.#world, { action: "resume by token", on: mail.head, instances: [mail.instance], act }, (result) => {
      if (result.kind === "answered") {
        mail.uses += 1;
        patch.acknowledged = true;
        if (!result.result.resumed) {
          this.#world.mark("client: resume by token before the wait");
          this.#told.meddled.push(mail.instance);
        }
        if (mail.uses > 1) this.#observer.complain(`I11: a token of ${mail.head} was taken again`);
        if (at > mail.expiresAt + 2 * this.#world.skew) {
          this.#observer.complain(`I11: a token of ${mail.head} was taken ${at - mail.expiresAt} ms too late`);
        }
      }
      const refusal = result.kind === "refused" && result.error instanceof EngineError ? result.error.code : "";
      if (refusal === "invalid-token") {
        this.#observer.complain(`I11: a token of ${mail.head} is not known to be ours`);
      }
      then(refusal === "invalid-token" || refusal === "token-expired");
    });
  }

  /** Pauses, and insists on the resume. */
  pause(id: string): void {
    this.#told.meddled.push(id);
    const act = (ports: Ports) => pauseInstance(id, ports);
    client(this.#world, { action: "pause", on: id, instances: [id], act }, () => this.#insistOnResume(id));
  }

  #insistOnResume(id: string): void {
    const { store, timeline } = this.#world;
    this.#told.open += 1;
    const attempt = (): void => {
      const head = store.get(id);
      if (head?.pauseId === undefined || hasEnded(head.status)) {
        this.#told.open -= 1;
        return;
      }
      this.#told.meddled.push(id);
      this.unblock(id, () => timeline.after(this.#chance.spread(100, 30_000), attempt));
    };
    timeline.after(this.#chance.spread(10, 1_200_000), attempt);
  }

  unblock(id: string, then: () => void): void {
    client(this.#world, { action: "resume", on: id, instances: [id], act: (ports) => resumeInstance(id, ports) }, then);
  }

  /** Has the failed step run again, or goes on from another one. */
  retry(id: string, shape: Shape, step: string, { from, then }: { from: string | undefined; then: () => void }): void {
    const keys = { [repairKey(step)]: "repaired" };
    const model = this.#observer.modelOf(id, shape.name);
    model.patches.push(patchOf(keys));
    model.retriedFrom.add(from ?? step);
    const chosen = from === undefined ? undefined : { step: from, stepsOf: () => Object.keys(shape.steps) };
    const act = (ports: Ports) => retryInstance(id, keys, ports, chosen);
    client(this.#world, { action: "retry", on: id, instances: [id], act }, then);
  }

  /** I24: whoever reads sees every commit until then, once, in order, as it was made. */
  history(id: string, limit: number): void {
    const { store } = this.#world;
    const from = store.get(id)?.seq ?? 0;
    const act = async (ports: Ports): Promise<readonly HistoryEntry[]> => {
      const found: HistoryEntry[] = [];
      for (let after: number | undefined = 0; after !== undefined;) {
        const page = await readHistory(id, { after, limit }, ports);
        found.push(...page.entries);
        ({ after } = page);
      }
      return found;
    };
    client(this.#world, { action: "history", on: id, instances: [id], act }, (result) => {
      if (result.kind !== "answered") return;
      const { entries } = this.#observer;
      const isTrue = result.result.every(
        (entry, index) =>
          entry.seq === index + 1 && JSON.stringify(entry) === JSON.stringify(entries.get(`${id} ${entry.seq}`)),
      );
      const count = result.result.length;
      if (isTrue && count >= from && count <= (store.get(id)?.seq ?? 0)) return;
      const seqs = result.result.map(({ seq }) => seq).join(" ");
      this.#observer.complain(`I24: a client read ${seqs} of ${id}, which stood at ${from} when it began`);
    });
  }

  list(workflow: string): void {
    client(this.#world, { action: "list", on: workflow, act: (ports) => listAll(workflow, ports) }, (result) => {
      if (result.kind !== "answered") return;
      const { store } = this.#world;
      const unknown = result.result.filter((id) => store.get(id)?.workflow !== workflow);
      const twice = result.result.length - new Set(result.result).size;
      if (unknown.length > 0) this.#observer.complain(`L2: ${unknown.join(" ")} listed and not stored`);
      if (twice > 0) this.#observer.complain(`L2: a list of ${workflow} names ${twice} instances twice`);
    });
  }
}

function isUnclear(result: ClientResult<unknown>): boolean {
  return result.kind === "died" || (result.kind === "refused" && result.error instanceof PortError);
}
