import { type AppPorts, type InstanceHead, type JsonObject, PortError, randomHex } from "@stephooks/core";
import type { ReportProgress } from "./progress-event.ts";

/** How long a report can be read, milliseconds. */
const RETENTION = 86_400_000;

/** Collection of the reports of all instances. */
const COLLECTION = "_stephooks-progress";

/** Numbers that one call looks at, at the most. */
const READ_AT_ONCE = 25;

export type ReportPorts = Pick<AppPorts, "clock" | "documents" | "random">;

/** The instance that a log is about: another one of the same id has another time of birth. */
export type LoggedInstance = Pick<InstanceHead, "createdAt" | "id">;

/** What is stored of a report. */
export type ReportContent = Pick<ReportProgress, "at" | "attempt" | "data" | "key" | "step">;

/** One stored report. */
export interface StoredReport {
  readonly seq: number;
  readonly number: number;
  readonly content: ReportContent;
}

/**
 * What bodies have reported about one instance, numbered from 1 since each commit. A number is taken by writing under it
 * while it is free, and only after the one before it is taken: so a report is one write, none is missing below the last
 * one, and no two processes can take one number.
 */
export class ReportLog {
  readonly #ports: ReportPorts;
  readonly #prefix: string;

  constructor(ports: ReportPorts, { createdAt, id }: LoggedInstance) {
    this.#ports = ports;
    this.#prefix = `${id}/${createdAt}`;
  }

  /**
   * Adds a report, under `number` or, where that is taken, under a later one; the number it has.
   *
   * @throws PortError; the report may have been stored.
   */
  async append(seq: number, number: number, content: ReportContent): Promise<number> {
    // Tells our own write, when its answer was lost, from that of another process.
    const mark = randomHex(this.#ports.random, 8);
    for (let free = number; ;) {
      const current = await this.#write(this.#idOf(seq, free), { ...content, mark });
      if (current === undefined || current["mark"] === mark) return free;
      free += 1;
      for await (const taken of this.#from(seq, free)) free = taken.number + 1;
    }
  }

  /**
   * The reports behind these places, one place for each seq, rising, at most 100: the first `limit` of them. `complete` is
   * false when there may be more.
   */
  async read(
    places: readonly { readonly seq: number; readonly report: number }[],
    limit: number,
  ): Promise<{ readonly reports: readonly StoredReport[]; readonly complete: boolean }> {
    // Most transitions come without a report: one call tells of all that have one.
    const firsts = await this.#read(places.map(({ report, seq }) => this.#idOf(seq, report + 1)));
    const reports: StoredReport[] = [];
    for (const { report, seq } of places) {
      const first = firsts.get(this.#idOf(seq, report + 1));
      if (first === undefined) continue;
      reports.push({ seq, number: report + 1, content: first });
      for await (const next of this.#from(seq, report + 2)) {
        if (reports.length >= limit) return { reports, complete: false };
        reports.push(next);
      }
    }
    return { reports, complete: true };
  }

  /** The reports from a number on, up to the first that is free. What is not there costs as much as what is. */
  async *#from(seq: number, number: number): AsyncGenerator<StoredReport, void, undefined> {
    let next = number;
    for (let many = 1; ; many = Math.min(READ_AT_ONCE, 2 * many)) {
      const numbers = Array.from({ length: many }, (_, index) => next + index);
      const found = await this.#read(numbers.map((each) => this.#idOf(seq, each)));
      for (const each of numbers) {
        const content = found.get(this.#idOf(seq, each));
        if (content === undefined) return;
        yield { seq, number: each, content };
      }
      next += many;
    }
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, ReportContent>> {
    const stored = await this.#ports.documents.read(COLLECTION, ids);
    return new Map([...stored].map(([id, { document }]) => [id, contentOf(document)]));
  }

  /** What is in the way; undefined when it was written. A lost answer is asked for once more. */
  async #write(id: string, content: JsonObject): Promise<JsonObject | undefined> {
    const write = async (): Promise<JsonObject | undefined> => {
      const written = await this.#ports.documents.write({
        collection: COLLECTION,
        id,
        document: { ...content, _id: id },
        expiresAt: this.#ports.clock.now() + RETENTION,
        expected: undefined,
      });
      return written.ok ? undefined : (written.current?.document ?? {});
    };
    return write().catch((error: unknown) => {
      if (error instanceof PortError && error.mayHaveApplied) return write();
      throw error;
    });
  }

  #idOf(seq: number, number: number): string {
    return `${this.#prefix}/${seq}.${number}`;
  }
}

function contentOf({ at, attempt, data = null, key, step }: JsonObject): ReportContent {
  return {
    step: typeof step === "string" ? step : "",
    attempt: typeof attempt === "number" ? attempt : 0,
    key: typeof key === "string" ? key : "",
    at: typeof at === "number" ? at : 0,
    data,
  };
}
