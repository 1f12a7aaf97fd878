import { hasEnded, type InstanceHead, type WorkMessage } from "@stephooks/core";

/** A15: who may pause an instance, what a pause holds back, and who ends it. */
export class PauseWatch {
  /** Pauses that somebody has asked to end, by their ids. */
  readonly #asked = new Set<string>();
  readonly #mark: (what: string) => void;

  constructor(mark: (what: string) => void) {
    this.#mark = mark;
  }

  sent(message: WorkMessage): void {
    if (message.kind === "unpause") this.#asked.add(message.pauseId);
  }

  /** Complaints about one write. `saw` is the head as its writer had seen it. */
  written(before: InstanceHead | undefined, after: InstanceHead, saw: InstanceHead | undefined): readonly string[] {
    if (before === undefined) return [];
    if (hasEnded(after.status) && (after.pauseId ?? after.heldToken) !== undefined) {
      return [`A15: ${after.id} is ${after.status} and paused`];
    }
    if (after.seq !== before.seq) return this.#moved(before, after, saw);
    if (after.pauseId !== before.pauseId) return this.#changed(before, after);
    if (after.heldToken === before.heldToken) return [];
    this.#mark("pause: held back a message");
    const isHeld = after.pauseId !== undefined && after.heldToken === after.token;
    return isHeld ? [] : [`A15: ${after.id} holds back token ${after.heldToken} without a pause or another one's`];
  }

  #changed(before: InstanceHead, after: InstanceHead): readonly string[] {
    if (after.pauseId !== undefined) {
      this.#mark("pause: begun");
      return before.pauseId === undefined ? [] : [`A15: a pause of ${after.id} replaced another one`];
    }
    if (after.status !== before.status) return [];
    this.#mark(before.heldToken === undefined ? "pause: ended" : "pause: ended, with a message held back");
    const isAsked = before.pauseId !== undefined && this.#asked.has(before.pauseId);
    const noted = after.endedPauses?.find(({ id }) => id === before.pauseId);
    if (!isAsked) return [`A15: a pause of ${after.id} was ended by what was to end another one`];
    return noted?.heldToken === before.heldToken ? [] : [`A15: ${after.id} forgot what its pause held back`];
  }

  /** Bodies that ran may commit; joins, ends of waits and of lifetimes are held back by who sees the pause. */
  #moved(before: InstanceHead, after: InstanceHead, saw: InstanceHead | undefined): readonly string[] {
    if (before.pauseId !== undefined) this.#mark(`pause: passed by what was ${before.status}`);
    const isAnswered = after.appliedCommands?.at(-1)?.id !== before.appliedCommands?.at(-1)?.id;
    const isOwnMove = before.status === "joining" || before.status === "waiting";
    return isOwnMove && !isAnswered && saw?.pauseId !== undefined
      ? [`A15: ${after.id} moved on from ${before.status} and its writer knew of the pause`]
      : [];
  }
}
