import { cellOf } from "./evaluate/heap.ts";
import type { Arguments, KeptChange, Site, StepListener } from "./evaluate/machine.ts";
import type { Path } from "./evaluate/path.ts";
import { alternatives, type AskerValue, DEPENDS, nothing, type Value } from "./evaluate/value.ts";
import type { Finding, FindingCode } from "./finding.ts";
import { unstorable } from "./rules/unstorable.ts";
import { placeOf } from "./syntax/place-of.ts";
import { END, type EdgeKind, type Place, UNKNOWN, WAIT } from "./workflow-graph.ts";

/** An edge as the step's code has it. */
export interface Transition {
  readonly to: string;
  readonly kind: Extract<EdgeKind, "next" | "parallel" | "wait" | "timeout" | "unknown">;
  /** It completes the instance: a step can be called END too. */
  readonly ends: boolean;
  readonly place: Place;
  /** What the conditions on the way to it depend on. */
  readonly guards: number;
  /** It takes its time: the next step begins later. */
  readonly delayed: boolean;
}

/** One goto with a list of which every name is known. */
export interface FanOut {
  readonly steps: readonly string[];
  readonly place: Place;
  /** Branches may fail and the others still join. */
  readonly tolerant: boolean;
}

/** What following a step's code has told. */
export interface StepReport {
  readonly step: string;
  readonly transitions: readonly Transition[];
  readonly fanOuts: readonly FanOut[];
  readonly findings: readonly Finding[];
  readonly changes: readonly KeptChange[];
  /** What the conditions on the ways to its throws depend on; undefined when it never throws. */
  readonly throwGuards: number | undefined;
}

export interface StepTarget {
  readonly workflow: string;
  readonly step: string;
  readonly steps: readonly string[];
  /** The workflow may have steps that the source does not show. */
  readonly isOpen: boolean;
}

/** Names that mean something else to goto or to plain objects. */
const reserved: ReadonlySet<string> = new Set(["null", "__proto__", "constructor", "prototype"]);

/** As the engine takes them. */
const stepName = /^[A-Za-z_$][\w$.:-]{0,127}$/;

export function badName(name: string): string | undefined {
  if (name === "") return "an empty name";
  if (reserved.has(name)) return `the reserved name "${name}"`;
  return stepName.test(name) ? undefined : `the name ${JSON.stringify(name)}, which no step can have`;
}

/** Writes down what a step asks for. */
export class StepRecorder implements StepListener {
  readonly transitions: Transition[] = [];
  readonly fanOuts: FanOut[] = [];
  readonly findings: Finding[] = [];
  /** In the order in which they are come by. */
  readonly changes: KeptChange[] = [];
  /** The longest of its own sleeps, and where it is exceeded. */
  sleep: { readonly milliseconds: number; readonly site: Site } | undefined;
  readonly #target: StepTarget;
  /** Transitions that are written down: the same call is come by on many paths. */
  readonly #told = new Set<string>();

  constructor(target: StepTarget) {
    this.#target = target;
  }

  asked(asker: AskerValue, args: Arguments, site: Site, path: Path): void {
    const [first, state = nothing, options = nothing] = args.values;
    if (asker.asks === "wait") this.#wait(first ?? nothing, state, site, path);
    else if (first === undefined && !args.exact) this.#add(UNKNOWN, "unknown", site, path, false);
    else {
      this.#state(state, site, path);
      this.#goto(first ?? nothing, options, site, path);
    }
  }

  lost(site: Site, path: Path): void {
    this.#add(UNKNOWN, "unknown", site, path, false);
  }

  askedTwice(site: Site): void {
    this.find(
      "WF106",
      site,
      `Step "${this.#target.step}" can call goto or wait a second time here. Return after the first call, or put this one into an else branch.`,
    );
  }

  askedLate(site: Site): void {
    this.find(
      "WF109",
      site,
      `Nobody waits for this call in step "${this.#target.step}": the step may have ended before it. Await the work that leads to it.`,
    );
  }

  changed(change: KeptChange): void {
    this.changes.push(change);
  }

  slept(milliseconds: number, site: Site): void {
    if (this.sleep === undefined || milliseconds > this.sleep.milliseconds) this.sleep = { milliseconds, site };
  }

  find(code: FindingCode, site: Site | Place, message: string): void {
    const place = "node" in site ? placeOf(site.node, site.module) : site;
    const { step, workflow } = this.#target;
    const isKnown = this.findings.some(
      (other) => other.code === code && other.line === place.line && other.message === message,
    );
    if (!isKnown) this.findings.push({ code, workflow, step, message, ...place });
  }

  #goto(next: Value, options: Value, site: Site, path: Path): void {
    const delayed = alternatives(options).some(
      (one) => cellOf(one, path)?.props.has("delay") ?? one.kind === "unknown",
    );
    const targets = alternatives(next);
    // One of several values: whatever the state or the world made it.
    const at = targets.length > 1 ? { ...path, guards: path.guards | DEPENDS.state } : path;
    for (const target of targets) {
      const cell = cellOf(target, path);
      if (target.kind === "constant" && target.value === null) this.#add(END, "next", site, at, delayed, true);
      else if (target.kind === "constant" && typeof target.value === "string") {
        this.#named(target.value, site);
        this.#add(target.value, "next", site, at, delayed);
      } else if (cell?.type === "list") this.#fanOut(cell.items, cell.exact, options, site, path);
      else if (target.kind === "unknown" || target.kind === "method" || cell?.rest)
        this.#add(UNKNOWN, "unknown", site, at, delayed);
      else if (targets.length === 1) {
        const what = target.kind === "constant" ? String(target.value) : `a value of type ${target.kind}`;
        this.find(
          "WF101",
          site,
          `goto gets ${what}, which names no step. Give it the name of a step, a list of names, or null to complete.`,
        );
      }
    }
  }

  #fanOut(items: readonly Value[], exact: boolean, options: Value, site: Site, path: Path): void {
    const names: string[] = [];
    for (const item of items) {
      for (const one of alternatives(item)) {
        if (one.kind === "unknown") this.#add(UNKNOWN, "unknown", site, path, false);
        if (one.kind !== "constant" || typeof one.value !== "string") continue;
        names.push(one.value);
        this.#named(one.value, site);
        this.#add(one.value, "parallel", site, path, false);
      }
    }
    if (exact && items.length === 0)
      this.find("WF108", site, "goto gets an empty list. Name at least one step, or goto(null) to complete.");
    if (!exact || names.length !== items.length) return;
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) this.find("WF108", site, `The list names step "${twice}" twice. Name each branch once.`);
    const tolerant = alternatives(options).some((one) => {
      const cell = cellOf(one, path);
      return cell
        ? cell.props.has("toleratedFailures") || cell.props.has("join") || cell.rest !== undefined
        : one.kind === "unknown";
    });
    this.fanOuts.push({ steps: names, place: placeOf(site.node, site.module), tolerant });
  }

  #wait(state: Value, options: Value, site: Site, path: Path): void {
    this.#state(state, site, path);
    this.#add(WAIT, "wait", site, path, true);
    for (const one of alternatives(options)) {
      const cell = cellOf(one, path);
      const step = cell?.props.get("onTimeout") ?? cell?.rest ?? (one.kind === "unknown" ? one : nothing);
      for (const target of alternatives(step)) {
        if (target.kind === "unknown") this.#add(UNKNOWN, "unknown", site, path, true);
        if (target.kind !== "constant" || typeof target.value !== "string") continue;
        this.#named(target.value, site);
        this.#add(target.value, "timeout", site, path, true);
      }
    }
  }

  #named(name: string, site: Site): void {
    const { isOpen, step, steps, workflow } = this.#target;
    const bad = badName(name);
    // One that the workflow has is told where it is declared.
    if (bad !== undefined && !steps.includes(name))
      this.find(
        "WF108",
        site,
        `Step "${step}" goes to ${bad}. Name a step${name === "null" ? ", or write null without quotes to complete" : ""}.`,
      );
    if (bad === undefined && !isOpen && !steps.includes(name)) {
      this.find(
        "WF101",
        site,
        `Step "${step}" goes to "${name}", which is no step of workflow "${workflow}".${nearest(name, steps)} Its steps are: ${steps.join(", ")}.`,
      );
    }
  }

  #state(state: Value, site: Site, path: Path): void {
    for (const { message, node, module } of unstorable(state, path, site))
      this.find("WF110", { node, module }, message);
  }

  #add(to: string, kind: Transition["kind"], site: Site, { guards }: Path, delayed: boolean, ends = false): void {
    const place = placeOf(site.node, site.module);
    const key = JSON.stringify([to, kind, ends, guards, delayed, place]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.transitions.push({ to, kind, ends, guards, delayed, place });
  }
}

/** The step that was probably meant. */
function nearest(name: string, steps: readonly string[]): string {
  const [best] = steps
    .map((step) => ({ step, distance: distance(name, step) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, name.length / 3) ? ` Did you mean "${best.step}"?` : "";
}

/** Letters to change, add or remove to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a.toLowerCase()).entries()) {
    row = row.reduce<number[]>((next, above, j) => {
      if (j === 0) return [i + 1];
      const same = b.toLowerCase()[j - 1] === letter;
      return [...next, Math.min(above + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))];
    }, []);
  }
  return row.at(-1) ?? 0;
}
