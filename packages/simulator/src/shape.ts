import type { JsonValue } from "@stephooks/core";
import type { WorkflowOptions } from "@stephooks/engine";
import { largeText } from "./large-state.ts";

/** What a step of a generated workflow does, as data: its body and the reference model both follow it. */
export type ShapeStep = {
  /** Runs as a branch of a fan-out. */
  readonly inBranch?: boolean;
} & (
  | { readonly kind: "plain"; readonly next: string | null }
  | { readonly kind: "choice"; readonly even: string; readonly odd: string }
  | { readonly kind: "loop"; readonly turns: number; readonly next: string }
  | { readonly kind: "fan-out"; readonly branches: readonly string[]; readonly settleAll: boolean }
  /** Of a branch: names a list, so the join fans out again. */
  | { readonly kind: "again"; readonly branches: readonly string[] }
  /** Waits until its answer stands in the state. */
  | { readonly kind: "ask"; readonly next: string }
  /** As `ask`; its answer comes with the token that it mails, which may expire. */
  | { readonly kind: "mail"; readonly next: string; readonly expiresIn?: number }
  /** Hands over more keys than one update may set. */
  | { readonly kind: "wide"; readonly next: string }
  /** Hands over a key of so many bytes: alone, or with others, more than an instance may have. */
  | { readonly kind: "large"; readonly next: string; readonly bytes: number }
  /** Waits once, for a bare continue or the end of its time. */
  | { readonly kind: "hold"; readonly next: string; readonly timeout?: number; readonly onTimeout?: string }
  | { readonly kind: "delay"; readonly next: string; readonly delay: number }
  | { readonly kind: "flaky"; readonly next: string; readonly failures: number }
  | { readonly kind: "broken" }
  /** Kills its process whenever it runs. */
  | { readonly kind: "killer" }
  /** Fails until an operator repairs the state and retries. */
  | { readonly kind: "fixable"; readonly next: string }
);

/** A generated workflow. */
export interface Shape {
  readonly name: string;
  readonly first: string;
  readonly steps: Readonly<Record<string, ShapeStep>>;
  readonly options: WorkflowOptions;
  /** The state every start of it hands over. */
  readonly given: Readonly<Record<string, JsonValue>>;
  /** All its waits and delays together, milliseconds. */
  readonly longest: number;
  /** The most branches of one fan-out; 1 without any. */
  readonly width: number;
}

export type Keys = Readonly<Record<string, JsonValue>>;

/** What one execution of a step asks for. */
export type Asked =
  | { readonly kind: "goto"; readonly next: string | null; readonly set: Keys; readonly delay: number }
  | { readonly kind: "fan-out"; readonly branches: readonly string[]; readonly set: Keys; readonly settleAll: boolean }
  | {
      readonly kind: "wait";
      readonly set: Keys;
      readonly timeout?: number;
      readonly onTimeout?: string;
      /** It sends a token to whoever is to answer. */
      readonly mail?: { readonly expiresIn?: number };
    }
  | { readonly kind: "throw" };

/** More keys than one update may set. */
const WIDE = 104;

export function answerKey(step: string): string {
  return `a_${step}`;
}

export function repairKey(step: string): string {
  return `f_${step}`;
}

/** What the step `name` does with this state. Pure: every execution with the same input asks for the same. */
export function askedBy(
  name: string,
  step: ShapeStep,
  state: Readonly<Record<string, unknown>>,
  attempt: number,
): Asked {
  const done = step.inBranch ? { [name]: "done", shared: name } : { [name]: "done", trail: trailOf(state, name) };
  const go = (next: string | null, delay = 0): Asked => ({ kind: "goto", next, set: done, delay });
  switch (step.kind) {
    case "plain":
      return go(step.next);
    case "choice":
      return go(Number(state["given"]) % 2 === 0 ? step.even : step.odd);
    case "loop": {
      const turn = Number(state[name] ?? 0) + 1;
      const set = { [name]: turn, trail: trailOf(state, name) };
      return { kind: "goto", next: turn < step.turns ? name : step.next, set, delay: 0 };
    }
    case "fan-out":
      return { kind: "fan-out", branches: step.branches, set: done, settleAll: step.settleAll };
    case "again":
      return { kind: "fan-out", branches: step.branches, set: done, settleAll: false };
    case "ask":
      return answerKey(name) in state ? go(step.next) : { kind: "wait", set: { [name]: "asked" } };
    case "mail": {
      if (answerKey(name) in state) return go(step.next);
      const mail = step.expiresIn === undefined ? {} : { expiresIn: step.expiresIn };
      return { kind: "wait", set: { [name]: "mailed" }, mail };
    }
    case "wide": {
      const many = Array.from({ length: WIDE }, (_, index) => [`${name}_${index}`, index] as const);
      return { kind: "goto", next: step.next, set: { ...done, ...Object.fromEntries(many) }, delay: 0 };
    }
    case "large":
      return { kind: "goto", next: step.next, set: { ...done, [`${name}_large`]: largeText(step.bytes) }, delay: 0 };
    case "hold":
      return state[name] === "held" ? go(step.next) : { kind: "wait", set: { [name]: "held" }, ...limitOf(step) };
    case "delay":
      return go(step.next, step.delay);
    case "flaky":
      return attempt <= step.failures ? { kind: "throw" } : go(step.next);
    case "broken":
    case "killer":
      return { kind: "throw" };
    case "fixable":
      return repairKey(name) in state ? go(step.next) : { kind: "throw" };
  }
}

function limitOf({ onTimeout, timeout }: { readonly timeout?: number; readonly onTimeout?: string }) {
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
  };
}

/** Every step outside a branch adds its name to what its predecessor wrote: a lost or repeated commit shows. */
function trailOf(state: Readonly<Record<string, unknown>>, name: string): string {
  const { trail } = state;
  return `${typeof trail === "string" ? trail : ""}${name} `;
}

/** The steps that a step may lead to. */
export function successorsOf(step: ShapeStep): readonly string[] {
  const named = [
    "next" in step ? step.next : undefined,
    "onTimeout" in step ? step.onTimeout : undefined,
    ...("branches" in step ? step.branches : []),
    ...(step.kind === "choice" ? [step.even, step.odd] : []),
  ];
  return named.filter((name) => typeof name === "string");
}

export function stepOfShape(shape: Shape, name: string): ShapeStep {
  const step = shape.steps[name];
  if (step === undefined) throw new TypeError(`shape ${shape.name} has no step ${name}`);
  return step;
}
