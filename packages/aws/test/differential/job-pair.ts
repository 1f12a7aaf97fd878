import { drivenClock, memoryJobQueue, type MemoryJobQueue } from "@stephooks/contracts";
import {
  isRecord,
  type JobQueue,
  type OutgoingJob,
  parseJob,
  PortError,
  type QueueSource,
  type ReceivedMessage,
} from "@stephooks/core";
import { expect } from "vitest";
import { drained } from "../emulated-jobs.ts";
import { canonical, outcomeOf } from "./canonical.ts";
import type { JobCommand } from "./job-commands.ts";
import type { ReceiptPick } from "./queue-commands.ts";

export interface RealJobs {
  readonly queue: JobQueue;
  readonly source: QueueSource;
  readonly deadLetters: QueueSource;
  /** Messages in flight and waiting, read past the port. */
  counts(): Promise<{ readonly inFlight: number; readonly waiting: number }>;
}

export const VISIBILITY = 43_000;

const LANES = 7;

/** Receipts of one job, the newest last. */
interface Receipts {
  readonly double: string[];
  readonly real: string[];
}

/** The double and the real job queue with the same history, for one sequence of commands. */
export class JobPair {
  /** How often each call came to which kind of end, over all pairs. */
  readonly tally: Map<string, number>;
  readonly #double: MemoryJobQueue = memoryJobQueue({ clock: drivenClock(), visibilityTimeout: VISIBILITY });
  readonly #real: RealJobs;
  readonly #received = new Map<string, Receipts>();

  constructor(real: RealJobs, tally: Map<string, number>) {
    this.#real = real;
    this.tally = tally;
  }

  /** Applies one command to both and compares their answers. */
  async apply(command: JobCommand): Promise<void> {
    switch (command.call) {
      case "send": {
        const jobs = command.numbers.map(jobOf);
        return this.#same("send", [this.#double.send(jobs), this.#real.queue.send(jobs)]);
      }
      case "receive":
        return this.#receiveAll(command.maximum);
      case "postpone": {
        const receipts = this.#pick(command.receipt);
        return this.#same("postpone", [
          this.#double.postpone(receipts?.double ?? "unknown", command.seconds),
          this.#real.queue.postpone(receipts?.real ?? "unknown", command.seconds),
        ]);
      }
      case "remove": {
        const chosen = command.receipts.map((pick) => this.#pick(pick)).filter((receipts) => receipts !== undefined);
        return this.#same("remove", [
          this.#double.remove(chosen.map(({ double }) => double)),
          this.#real.source.remove(chosen.map(({ real }) => real)),
        ]);
      }
      case "bury": {
        const { job } = jobOf(command.number);
        const dead = { job, attempts: 3, code: "Error", reason: "no", diedAt: command.diedAt };
        return this.#same("bury", [this.#double.bury(dead), this.#real.queue.bury(dead)]);
      }
    }
  }

  /** Compares everything that is held. */
  async compareContents(): Promise<void> {
    await this.#receiveAll(10);
    const held = this.#double.messages();
    const inFlight = held.filter(({ visibleAt }) => visibleAt > START).length;
    expect(await this.#real.counts(), "held messages").toEqual({ inFlight, waiting: held.length - inFlight });
    const dead = (await drained(this.#real.deadLetters)).map(({ body }) => body);
    expect(byLane(dead, laneOfBody), "dead letters").toEqual(byLane(this.#double.dead(), laneOfBody));
  }

  /**
   * Until nothing shows. The double is asked for one message at a time: then it, too, hands out one of a lane
   * (`fifoBatch`). Which lane comes first is nobody's promise (`groupOrder`).
   */
  async #receiveAll(maximum: number): Promise<void> {
    const [double, real]: [ReceivedMessage[], ReceivedMessage[]] = [[], []];
    for (;;) {
      const isLegal = maximum >= 1 && maximum <= 10;
      const ofDouble = await outcomeOf(this.#double.receive(isLegal ? 1 : maximum, 0));
      const ofReal = await outcomeOf(this.#real.source.receive(maximum, 0));
      this.#count("receive", ofDouble);
      if (!Array.isArray(ofDouble) || !Array.isArray(ofReal)) {
        return expect(canonical(ofReal), "receive").toBe(canonical(ofDouble));
      }
      double.push(...ofDouble);
      real.push(...ofReal);
      if (ofDouble.length === 0 && ofReal.length === 0) break;
    }
    expect(byLane(real, laneOf), "received messages").toEqual(byLane(double, laneOf));
    for (const { body, receipt } of double) this.#receiptsOf(body).double.push(receipt);
    for (const { body, receipt } of real) this.#receiptsOf(body).real.push(receipt);
  }

  async #same(call: JobCommand["call"], calls: readonly [Promise<unknown>, Promise<unknown>]): Promise<void> {
    const [double, real] = await Promise.all(calls.map(outcomeOf));
    this.#count(call, double);
    expect(canonical(real), `${call}: the real one beside the double`).toBe(canonical(double));
  }

  #receiptsOf(body: string): Receipts {
    const receipts = this.#received.get(body) ?? { double: [], real: [] };
    this.#received.set(body, receipts);
    return receipts;
  }

  #pick({ isNewest, message }: ReceiptPick): { readonly double: string; readonly real: string } | undefined {
    const all = [...this.#received.values()];
    const { double, real } = all[message % Math.max(1, all.length)] ?? { double: [], real: [] };
    const [ofDouble, ofReal] = [double.at(isNewest ? -1 : 0), real.at(isNewest ? -1 : 0)];
    return ofDouble === undefined || ofReal === undefined ? undefined : { double: ofDouble, real: ofReal };
  }

  #count(call: string, outcome: unknown): void {
    const end = `${call}: ${isRecord(outcome) && "rejected" in outcome ? "rejected" : "done"}`;
    this.tally.set(end, (this.tally.get(end) ?? 0) + 1);
  }
}

/** Where the double's clock stands. */
const START = drivenClock().now();

/** The job of a number; a topic has two lanes, but for one of them. */
function jobOf(number: number): OutgoingJob {
  const lane = number % LANES;
  const id = `import-${number}`;
  const job = { id, item: id, topic: `topic-${lane >> 1}`, payload: { number }, createdAt: 1 };
  return { job, slot: lane & 1 };
}

/** What was received of each lane, in order, with its count. */
function byLane<Item>(items: readonly Item[], of: (item: Item) => readonly [string, string]) {
  const named = items.map(of);
  const lanes = Map.groupBy(named, ([lane]) => lane);
  return new Map([...lanes].map(([lane, entries]) => [lane, entries.map(([, entry]) => entry)]));
}

function laneOf({ body, group, receiveCount }: ReceivedMessage): readonly [string, string] {
  return [group ?? "", `${body} ${receiveCount}`];
}

function laneOfBody(body: string): readonly [string, string] {
  const parsed = parseJob(body);
  if (!parsed.ok) throw new PortError("corrupt", parsed.reason);
  return [parsed.job.topic, body];
}
