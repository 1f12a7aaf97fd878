import { type AppPorts, type InstanceHead, type JsonObject, PortError, randomHex } from "@stephooks/core";

/** How long a report can be read, milliseconds. */
export const RETENTION = 86_400_000;

/** Collection of the reports of all instances. */
const COLLECTION = "_stephooks-progress";

/** Numbers that one call looks at. */
const READ_AT_ONCE = 25;

/** Ids of one call to the store. */
const MOST_IDS = 100;

export type ReportPorts = Pick<AppPorts, "clock" | "documents" | "random">;

/** The instance that a log is about: another one of the same id has another time of birth. */
export type LoggedInstance = Pick<InstanceHead, "createdAt" | "id">;

/** One stored report. */
export interface StoredReport {
  readonly seq: number;
  readonly number: number;
  readonly content: JsonObject;
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
  async append(seq: number, number: number, content: JsonObject): Promise<number> {
    // Tells our own write, when its answer was lost, from that of another process.
    const mark = randomHex(this.#ports.random, 8);
    for (let next = number; ;) {
      const current = await this.#write(this.#idOf(seq, next), { ...content, mark });
      if (current === undefined || current["mark"] === mark) return next;
      next = await this.#free(seq, next + 1);
    }
  }

  /**
   * The reports behind these places, one place for each seq, rising: the first `limit` and perhaps some more.
   * `complete` is false when the limit left some out.
   */
  async read(
    places: readonly { readonly seq: number; readonly report: number }[],
    limit: number,
  ): Promise<{ readonly reports: readonly StoredReport[]; readonly complete: boolean }> {
    const firsts = await this.#read(places.map(({ report, seq }) => this.#idOf(seq, report + 1)));
    const reports: StoredReport[] = [];
    for (const { report, seq } of places) {
      if (reports.length >= limit) return { reports, complete: false };
      const first = firsts.get(this.#idOf(seq, report + 1));
      if (first === undefined) continue;
      reports.push({ seq, number: report + 1, content: first });
      const complete = await this.#follow(seq, reports, limit);
      if (!complete) return { reports, complete };
    }
    return { reports, complete: true };
  }

  /** Adds what follows the last report, until nothing does or there are enough. */
  async #follow(seq: number, reports: StoredReport[], limit: number): Promise<boolean> {
    while (reports.length < limit) {
      const next = (reports.at(-1)?.number ?? 0) + 1;
      const numbers = Array.from({ length: READ_AT_ONCE }, (_, index) => next + index);
      const found = await this.#read(numbers.map((number) => this.#idOf(seq, number)));
      for (const number of numbers) {
        const content = found.get(this.#idOf(seq, number));
        if (content === undefined) return true;
        reports.push({ seq, number, content });
      }
    }
    return false;
  }

  /** The first number from this one on that is free. */
  async #free(seq: number, from: number): Promise<number> {
    for (let next = from; ; next += READ_AT_ONCE) {
      const numbers = Array.from({ length: READ_AT_ONCE }, (_, index) => next + index);
      const found = await this.#read(numbers.map((number) => this.#idOf(seq, number)));
      const free = numbers.find((number) => !found.has(this.#idOf(seq, number)));
      if (free !== undefined) return free;
    }
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
    const found = new Map<string, JsonObject>();
    for (let start = 0; start < ids.length; start += MOST_IDS) {
      const stored = await this.#ports.documents.read(COLLECTION, ids.slice(start, start + MOST_IDS));
      for (const [id, { document }] of stored) found.set(id, document);
    }
    return found;
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
