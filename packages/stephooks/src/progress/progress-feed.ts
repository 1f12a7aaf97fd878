import { hasEnded, type AppPorts, type HistoryEntry, type InstanceHead, type JsonValue } from "@stephooks/core";
import { type HistoryPage, historyOf, inspectInstance, type WorkflowDefinition } from "@stephooks/engine";
import { asJson, storable } from "../datastore/document-write.ts";
import { beginning, type Place, placeText } from "./place.ts";
import type { ProgressEvent, StatusProgress } from "./progress-event.ts";
import { ReportLog, type StoredReport } from "./report-log.ts";

/** Transitions, and reports, that are read at once. */
const TRANSITIONS_AT_ONCE = 50;
const REPORTS_AT_ONCE = 200;

/** How long to wait before looking again: a twentieth of the time since the last event, milliseconds. */
const PAUSES = { shortest: 500, longest: 5_000, share: 20 };

/** What of an instance may be shown; undefined: nothing but where it stands. */
export type Show = (head: InstanceHead) => unknown;

export interface WatchedWorkflow {
  readonly ports: AppPorts;
  readonly definitions: ReadonlyMap<string, WorkflowDefinition>;
  readonly show?: Show | undefined;
}

/**
 * What happens to one instance, from a place on: derived from what the instance itself has committed, so nothing can be
 * lost between a transition and its being told. Reading costs the instance nothing and writes nothing.
 */
export class ProgressFeed {
  readonly #watched: WatchedWorkflow;
  readonly #instance: Pick<InstanceHead, "createdAt" | "id">;
  readonly #reports: ReportLog;
  #place: Place;
  #behind = false;
  #over = false;
  #told: string | undefined;
  #toldAt: number;

  constructor(head: InstanceHead, place: Place, watched: WatchedWorkflow) {
    this.#watched = watched;
    this.#instance = head;
    this.#reports = new ReportLog(watched.ports, head);
    // Nobody has seen what has not happened.
    this.#place = place.seq > head.seq ? beginning : { seq: place.seq, report: place.report };
    this.#toldAt = watched.ports.clock.now();
  }

  /** Whether a client that is at this place has been told the end of the instance. */
  static isOver(head: InstanceHead, { ended, seq }: Place): boolean {
    return ended === true && seq === head.seq && hasEnded(head.status);
  }

  get position(): string {
    return placeText(this.#place);
  }

  get isBehind(): boolean {
    return this.#behind;
  }

  /** True when nothing more will come: the instance has ended, or is gone. */
  get isOver(): boolean {
    return this.#over;
  }

  get pause(): number {
    const quiet = this.#watched.ports.clock.now() - this.#toldAt;
    return Math.min(PAUSES.longest, Math.max(PAUSES.shortest, Math.ceil(quiet / PAUSES.share)));
  }

  /** The events that come next, in order. @throws PortError, and what `show` throws. */
  async next(): Promise<readonly ProgressEvent[]> {
    const { id } = this.#instance;
    // The head first. What it has come past is committed, and what was reported before that is stored.
    const head = (await this.#watched.ports.instances.read([id])).get(id);
    if (head?.createdAt !== this.#instance.createdAt) {
      this.#behind = false;
      this.#over = true;
      return [];
    }
    const events: ProgressEvent[] = await this.#happened(head);
    if (!this.#behind) events.push(...this.#status(head));
    if (events.length > 0) this.#toldAt = this.#watched.ports.clock.now();
    return events;
  }

  /** The transitions and reports behind the place, which moves on. */
  async #happened(head: InstanceHead): Promise<ProgressEvent[]> {
    const { report, seq } = this.#place;
    const page: HistoryPage =
      head.seq > seq
        ? await historyOf(head, { after: seq, limit: TRANSITIONS_AT_ONCE }, this.#watched.ports)
        : { entries: [] };
    const places = [{ seq, report }, ...page.entries.map((entry) => ({ seq: entry.seq, report: 0 }))];
    const { complete, reports } = await this.#reports.read(places, REPORTS_AT_ONCE);
    const events = inOrder(this.#place, page.entries, reports, complete ? Infinity : (reports.at(-1)?.seq ?? seq));
    this.#behind = !complete || page.after !== undefined;
    this.#place = events.at(-1)?.place ?? this.#place;
    return events.map(({ event }) => event);
  }

  /** Where the instance stands, when that was not told yet. */
  #status(head: InstanceHead): readonly StatusProgress[] {
    const { definitions, ports, show } = this.#watched;
    const ended = hasEnded(head.status);
    this.#over = ended;
    const { attempt, error, status, step } = inspectInstance(head, definitions, ports.clock.now());
    const { report, seq } = this.#place;
    this.#place = { seq, report, ended };
    const { join, results } = head;
    const told = {
      status,
      step,
      attempt,
      ...(join === undefined
        ? {}
        : { branches: join.steps.map((name, index) => ({ step: name, over: results?.has(index) === true })) }),
      ...(error === undefined
        ? {}
        : { error: { step: error.step, ...(error.code === undefined ? {} : { code: error.code }) } }),
      ended,
      ...(show === undefined ? {} : { data: shown(show(head)) }),
    };
    const text = JSON.stringify(told);
    if (text === this.#told) return [];
    this.#told = text;
    return [{ type: "status", id: this.position, ...told }];
  }
}

function shown(value: unknown): JsonValue {
  return asJson(storable({ data: value }))["data"] ?? null;
}

interface Placed {
  readonly place: Place;
  readonly event: ProgressEvent;
}

/**
 * Transitions and reports as one stream: what was reported on a commit comes behind its transition. Transitions above
 * `until` are left for later. Pure.
 */
function inOrder(
  from: Place,
  entries: readonly HistoryEntry[],
  reports: readonly StoredReport[],
  until: number,
): readonly Placed[] {
  const reported = Map.groupBy(reports, ({ seq }) => seq);
  const placed = (reported.get(from.seq) ?? []).map(reportAt);
  let before = from.seq;
  for (const { changes: _state, unlisted: _more, ...entry } of entries.filter(({ seq }) => seq <= until)) {
    const { seq } = entry;
    if (seq > before + 1) {
      const place = { seq: seq - 1, report: 0 };
      placed.push({ place, event: { type: "gap", id: placeText(place), from: before + 1, to: seq - 1 } });
    }
    const place = { seq, report: 0 };
    placed.push({ place, event: { type: "transition", id: placeText(place), ...entry } });
    placed.push(...(reported.get(seq) ?? []).map(reportAt));
    before = seq;
  }
  return placed;
}

function reportAt({ content, number, seq }: StoredReport): Placed {
  const place = { seq, report: number };
  return { place, event: { type: "progress", id: placeText(place), ...content } };
}
