import type { Engine } from "./evaluate/create-machine.ts";
import { parameterType } from "./evaluate/functions.ts";
import { allocate } from "./evaluate/heap.ts";
import { type Frame, FuelError, type KeptChange, type Outcome, type Site } from "./evaluate/machine.ts";
import type { Path } from "./evaluate/path.ts";
import { DEPENDS, record, type TypeReference, unknown, type Value } from "./evaluate/value.ts";
import { frameOf } from "./run-modules.ts";
import { StepRecorder, type StepReport, type StepTarget } from "./step-report.ts";
import { placeOf } from "./syntax/place-of.ts";

export interface StepSource {
  readonly target: StepTarget;
  readonly value: Value;
  /** Where the step is declared. */
  readonly site: Site;
  /** What is known of the state when the step itself does not say. */
  readonly stateType: TypeReference | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Follows a step's code along all of its paths. */
export function analyseStep(source: StepSource, engine: Engine, base: Path): StepReport {
  const recorder = new StepRecorder(source.target);
  const { site, target, value } = source;
  const scope = site.module.scope;
  if (scope === undefined || value.kind === "unknown" || value.kind === "union") recorder.lost(site, base);
  const frame: Frame | undefined = scope && { ...frameOf(engine, scope), listener: recorder };
  engine.refuel();
  try {
    const ends = frame ? call(source, frame, engine, base) : [];
    checkEnds(ends, recorder, source);
  } catch (error) {
    if (!(error instanceof FuelError)) throw error;
    // What has not been followed may go anywhere; what was found on the way holds.
    recorder.lost(site, base);
  }
  checkSleep(recorder, source);
  const { changes, fanOuts, findings, transitions } = recorder;
  return {
    step: target.step,
    transitions,
    fanOuts,
    findings,
    changes: changes.filter((one) => isKept(one, base)),
    throwGuards: throwGuards(frame),
  };
}

/** What the step has made itself is gone when it ends. */
function isKept({ cell, slot }: KeptChange, { heap, names }: Path): boolean {
  return (slot !== undefined && names.get(slot) !== undefined) || (cell !== undefined && heap.get(cell) !== undefined);
}

function throwGuards(frame: Frame | undefined): number | undefined {
  const [first, ...others] = frame?.exits.throws ?? [];
  return first && others.reduce((mask, { guards }) => mask | guards, first.guards);
}

function call({ site, stateType, value }: StepSource, frame: Frame, engine: Engine, base: Path): readonly Outcome[] {
  const type = (value.kind === "function" ? parameterType(value, 0) : undefined) ?? stateType;
  const state = allocate(engine, base, { ...record(), rest: unknown(DEPENDS.state, { type }) });
  const context = allocate(engine, state.path, { ...record(), rest: unknown(DEPENDS.outside) });
  const values: readonly Value[] = [
    state.value,
    { kind: "asker", asks: "goto" },
    { kind: "asker", asks: "wait" },
    context.value,
  ];
  return engine.call(value, { values, exact: true, nodes: [] }, site, frame, context.path, "used");
}

function checkEnds(ends: readonly Outcome[], recorder: StepRecorder, { site, target }: StepSource): void {
  if (site.module.scope === undefined) return;
  const silent = ends.filter(({ path }) => path.asked === 0 && !path.doubtful);
  for (const { path } of silent) {
    const place = placeOf(path.left ?? site.node, site.module);
    recorder.find(
      "WF105",
      place,
      `Step "${target.step}" can end here without goto or wait: the instance would fail with no-goto. Call goto(next, state), goto(null) to complete, or wait, on every path.`,
    );
  }
}

function checkSleep(recorder: StepRecorder, { target, timeout }: StepSource): void {
  const { sleep } = recorder;
  if (sleep === undefined || sleep.milliseconds < timeout) return;
  const seconds = (milliseconds: number): string => `${milliseconds / 1_000} s`;
  recorder.find(
    "WF112",
    sleep.site,
    `Step "${target.step}" sleeps ${seconds(sleep.milliseconds)} of its timeout of ${seconds(timeout)}: the attempt would fail. Use goto(next, state, { delay }) or wait, which cost nothing.`,
  );
}
