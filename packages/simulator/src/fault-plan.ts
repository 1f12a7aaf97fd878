import type { RandomStream } from "./random-stream.ts";

/** What goes wrong around one call that leaves a process. */
export type CallFault =
  /** The process dies before the call leaves it. */
  | "kill-before"
  /** The process dies after the call took effect. */
  | "kill-after"
  /** Refused; nothing was applied. */
  | "throttled"
  /** No answer; nothing was applied. */
  | "unavailable"
  /** Applied; the answer is lost. */
  | "answer-lost"
  /** Applied; the client library asks again and reports the second answer. */
  | "applied-twice"
  /** The process stands still for minutes, then goes on as if nothing had happened. */
  | "freeze"
  /** The request travels for up to a minute. */
  | "slow";

/** What the broker does to one message. */
export type BrokerFault =
  /** A second copy is stored. */
  | "duplicate"
  /** It arrives late, out of order. */
  | "late"
  /** The delay ends too soon. */
  | "early"
  /** Handed to a second consumer with the same receive count. */
  | "twin-receive"
  /** It shows again while its receiver still works. */
  | "early-expiry"
  /** Received for an invocation that was throttled: the count rises, nothing runs. */
  | "throttled-receive"
  /** The deletion is lost. */
  | "deletion-lost"
  /** It is handed out once more after its deletion. */
  | "ghost";

/** Death of a worker after it answered and before its messages are deleted. */
export type ReturnFault = "death-on-return";

export type FaultKind = CallFault | BrokerFault | ReturnFault;

export const callFaults: readonly CallFault[] = [
  "kill-before",
  "kill-after",
  "throttled",
  "unavailable",
  "answer-lost",
  "applied-twice",
  "freeze",
  "slow",
];
export const sendFaults: readonly BrokerFault[] = ["duplicate", "late", "early"];
export const receiveFaults: readonly BrokerFault[] = ["twin-receive", "early-expiry", "throttled-receive"];
export const deleteFaults: readonly BrokerFault[] = ["deletion-lost", "ghost"];
export const returnFaults: readonly ReturnFault[] = ["death-on-return"];
export const faultKinds: readonly FaultKind[] = [
  ...callFaults,
  ...sendFaults,
  ...receiveFaults,
  ...deleteFaults,
  ...returnFaults,
];

/** Chance of each kind at one opportunity; absent kinds do not happen. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;

/** A fault that is to happen at an opportunity, whatever chance says. */
export interface PlannedFault {
  readonly opportunity: number;
  readonly kind: FaultKind;
}

/** A fault that happened: the number of its opportunity, where it struck, and whose messages or requests it harmed. */
export interface FiredFault extends PlannedFault {
  readonly place: string;
  /** Instances, each as often as it was harmed. */
  readonly harmed: readonly string[];
}

/** Where a fault may strike, and what it would harm. */
export interface Opportunity {
  readonly place: () => string;
  readonly harmed: () => readonly string[];
  readonly boost?: number;
}

/**
 * Decides at numbered opportunities. What one opportunity draws does not depend on the others, so a run can be
 * repeated with fewer of its faults.
 */
export class FaultPlan {
  readonly fired: FiredFault[] = [];
  /** Off in the quiet phase. */
  active = true;
  readonly #seed: number;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #planned: ReadonlyMap<number, FaultKind> | undefined;
  #opportunity = 0;

  constructor(seed: number, rates: FaultRates, only?: readonly number[], planned?: readonly PlannedFault[]) {
    this.#seed = seed;
    this.#rates = rates;
    this.#only = only && new Set(only);
    this.#planned = planned && new Map(planned.map(({ kind, opportunity }) => [opportunity, kind]));
  }

  /** The first of `kinds` that strikes here, if any; `boost` times as often as elsewhere. */
  strike<Kind extends FaultKind>(kinds: readonly Kind[], { boost = 1, harmed, place }: Opportunity): Kind | undefined {
    this.#opportunity += 1;
    if (!this.active) return undefined;
    const opportunity = this.#opportunity;
    if (this.#only && !this.#only.has(opportunity)) return undefined;
    if (this.#planned) {
      const planned = kinds.find((kind) => kind === this.#planned?.get(opportunity));
      if (planned) this.fired.push({ opportunity, kind: planned, place: place(), harmed: harmed() });
      return planned;
    }
    let chance = draw(this.#seed, opportunity);
    for (const kind of kinds) {
      const rate = boost * (this.#rates[kind] ?? 0);
      if (chance < rate) {
        this.fired.push({ opportunity, kind, place: place(), harmed: harmed() });
        return kind;
      }
      chance -= rate;
    }
    return undefined;
  }
}

/** 0 to 1, a function of the two numbers alone. */
function draw(seed: number, opportunity: number): number {
  let mixed = (Math.imul(seed, 0x9e3779b9) ^ Math.imul(opportunity, 0x85ebca6b)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}

/** Swarm: each seed draws which of the kinds exist in it, and how often they happen. */
export function swarmRates(chance: RandomStream, kinds: readonly FaultKind[]): FaultRates {
  const scale = chance.pick([0.1, 0.5, 1, 1.5, 2.5]);
  const rates = kinds.flatMap((kind) =>
    chance.happens(0.5) ? [[kind, (scale * chance.spread(4, 60)) / 1_000] as const] : [],
  );
  // Concurrency ran out: nearly every receive is in vain, and messages reach the dead letters.
  const storm =
    kinds.includes("throttled-receive") && chance.happens(0.08) ? [["throttled-receive", 0.8] as const] : [];
  return Object.fromEntries([...rates, ...storm]);
}
