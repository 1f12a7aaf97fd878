import type { InstanceStore } from "@stephooks/core";

/** Counts writes on their way. Each is likely to be followed by a message, so messages wait a moment for them. */
export class WriteTraffic {
  #open = 0;
  #quiet: (() => void)[] = [];

  get isQuiet(): boolean {
    return this.#open === 0;
  }

  /** Calls `act` once, when no write is on its way any more. */
  onceQuiet(act: () => void): void {
    this.#quiet.push(act);
  }

  async during<Result>(write: () => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      return await write();
    } finally {
      this.#open -= 1;
      if (this.isQuiet) for (const act of this.#quiet.splice(0)) act();
    }
  }
}

/** The store with its writes counted. */
export function observedStore(store: InstanceStore, traffic: WriteTraffic): InstanceStore {
  return {
    read: (ids) => store.read(ids),
    create: (head) => traffic.during(() => store.create(head)),
    update: (id, update, condition) => traffic.during(() => store.update(id, update, condition)),
  };
}
