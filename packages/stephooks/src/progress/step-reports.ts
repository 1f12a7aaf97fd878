import type { AppPorts } from "@stephooks/core";
import type { ReportPlace, StepReporter, StepReporting } from "@stephooks/engine";
import { asJson, storable } from "../datastore/document-write.ts";
import { StephooksError } from "../stephooks-error.ts";
import { type ReportContent, ReportLog } from "./report-log.ts";

/** UTF-8 bytes of a report's data, as JSON, at the most. */
export const MAX_REPORT_BYTES = 16_384;

/** Reports of one run that may wait for the store. */
const MAX_WAITING = 1_000;

/** Stores what step bodies report. */
export function stepReporter(ports: AppPorts): StepReporter {
  return (place) => new StepReports(ports, place);
}

/** The reports of one run of a body: stored one after the other, in the order of the calls. */
class StepReports implements StepReporting {
  readonly #ports: AppPorts;
  readonly #place: ReportPlace;
  /** The number to try first: what this run has not written itself, another run may have. */
  #next = 1;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(ports: AppPorts, place: ReportPlace) {
    this.#ports = ports;
    this.#place = place;
  }

  emit(data: unknown): Promise<void> {
    const { data: stored = null } = asJson(storable({ data }));
    if (Buffer.byteLength(JSON.stringify(stored)) > MAX_REPORT_BYTES) {
      throw new StephooksError(
        "payload-too-large",
        `A report is at most ${MAX_REPORT_BYTES} bytes of JSON. Report where the content is instead.`,
      );
    }
    const { head, idempotencyKey, signal } = this.#place;
    if (this.#closed || signal.aborted) return this.#drop("the body has settled or has run out of time");
    if (this.#waiting >= MAX_WAITING) return this.#drop("too many wait to be stored: await emit");
    const at = this.#ports.clock.now();
    const content = { step: head.step, attempt: head.attempt, key: idempotencyKey, at, data: stored };
    this.#waiting += 1;
    this.#last = this.#store(content, this.#last);
    return this.#last;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#last;
  }

  async #store(content: ReportContent, before: Promise<void>): Promise<void> {
    await before;
    const { head } = this.#place;
    try {
      this.#next = 1 + (await new ReportLog(this.#ports, head).append(head.seq, this.#next, content));
    } catch (error) {
      await this.#drop(String(error));
    }
    this.#waiting -= 1;
  }

  async #drop(reason: string): Promise<void> {
    const { head, logger } = this.#place;
    logger.log("warn", "report of progress dropped", { instance: head.id, step: head.step, reason });
  }
}
