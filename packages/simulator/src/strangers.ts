import { encodeWorkMessage, type WorkMessage } from "@stephooks/core";
import type { Observer } from "./observer.ts";
import { patchOf } from "./patches.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Shape } from "./shape.ts";
import type { Told } from "./told.ts";
import type { World } from "./world.ts";

/** An instance that nobody has started. */
export const NOBODY = "nobody";

const unreadable: readonly string[] = [
  "",
  "{",
  "[]",
  '{"v":2,"q":"w","i":"i0","k":1}',
  '{"v":1,"q":"r","i":"i0","n":1}',
  '{"v":1,"q":"w","i":"a/b","k":1}',
  '{"v":1,"q":"x","i":"i0","op":"start","k":1}',
];

/** Somebody with permission to send puts into the step queue what the engine never sent. */
export class Strangers {
  readonly #world: World;
  readonly #observer: Observer;
  readonly #chance: RandomStream;
  readonly #told: Told;
  #sent = 0;

  constructor(world: World, observer: Observer, chance: RandomStream, told: Told) {
    this.#world = world;
    this.#observer = observer;
    this.#chance = chance;
    this.#told = told;
  }

  send(id: string, shape: Shape): void {
    const chance = this.#chance;
    this.#sent += 1;
    const kind = chance.pick(["unreadable", "to nobody", "far ahead", "wake", "branch", "command", "unpause"] as const);
    const body = kind === "unreadable" ? chance.pick(unreadable) : encodeWorkMessage(this.#forged(kind, id, shape));
    this.#world.mark(`stranger: ${kind}`);
    this.#world.note(() => `a stranger sends ${body}`);
    this.#world.queue.inject(body);
  }

  #forged(kind: "to nobody" | "far ahead" | "wake" | "branch" | "command" | "unpause", id: string, shape: Shape) {
    const chance = this.#chance;
    const head = this.#world.store.get(id);
    const near = (count: number): number => Math.max(0, count + chance.between(-2, 2));
    switch (kind) {
      case "to nobody":
        return this.#toNobody();
      case "far ahead":
        return wake(id, near(1_000_000));
      // The rest may be what another message is, or will be: at worst something runs twice.
      case "wake":
        this.#told.meddled.push(id);
        return wake(id, near(head?.token ?? 0));
      case "branch": {
        this.#told.meddled.push(id);
        const seq = chance.happens(0.5) ? (head?.join?.seq ?? 1) : near(head?.seq ?? 0);
        return { kind: "branch", instance: id, seq, branch: chance.below(7) } as const;
      }
      case "command": {
        this.#told.meddled.push(id);
        const keys = { [`x_${this.#sent}`]: this.#sent };
        // A command that fits is a command: whoever may read the table and send is trusted as far as that.
        this.#observer.modelOf(id, shape.name).patches.push(patchOf(keys));
        const token = near((head?.seq ?? 0) + 1);
        const startId = head === undefined || chance.happens(0.25) ? "guessed" : head.startId;
        return this.#command({ instance: id, startId }, token, keys);
      }
      case "unpause":
        return { kind: "unpause", instance: id, pauseId: `forged${this.#sent}` } as const;
    }
  }

  #toNobody(): WorkMessage {
    const instance = NOBODY;
    return this.#chance.pick([
      wake(instance, 0),
      wake(`${instance}/1/0`, 1),
      { kind: "branch", instance, seq: 1, branch: 0 },
      { kind: "unpause", instance, pauseId: "forged" },
      this.#command({ instance, startId: "guessed" }, 1, {}),
    ]);
  }

  #command(
    address: { readonly instance: string; readonly startId: string },
    token: number,
    keys: Readonly<Record<string, number>>,
  ): WorkMessage {
    const set = new Map(Object.entries(keys).map(([name, value]) => [name, JSON.stringify(value)]));
    return { kind: "command", ...address, command: "continue", token, id: `forged${this.#sent}`, set, remove: [] };
  }
}

function wake(instance: string, token: number): WorkMessage {
  return { kind: "wake", instance, token, dutiesDone: true };
}
