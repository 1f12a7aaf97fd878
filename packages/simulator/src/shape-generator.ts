import { largeSizes } from "./large-state.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Shape, ShapeStep } from "./shape.ts";

/** What generated workflows may contain. Milliseconds. */
export interface ShapeLimits {
  /** Longest wait or delay. */
  readonly longest: number;
  readonly segments: number;
  /** Steps that kill their process. */
  readonly killers: boolean;
}

/** SQS can delay by this; what is longer stands in the due index. */
const SHORT = 900_000;

type Steps = Record<string, ShapeStep>;

interface Builder {
  readonly chance: RandomStream;
  readonly limits: ShapeLimits;
  readonly steps: Steps;
  readonly hasErrorStep: boolean;
  longest: number;
  width: number;
}

/** A segment adds its steps; its entry has the name given, its exit goes to `next`. */
type Segment = (builder: Builder, name: string, next: string) => void;

const plain: Segment = ({ steps }, name, next) => void (steps[name] = { kind: "plain", next });

const choice: Segment = ({ steps }, name, next) => {
  steps[name] = { kind: "choice", even: `${name}even`, odd: `${name}odd` };
  steps[`${name}even`] = { kind: "plain", next };
  steps[`${name}odd`] = { kind: "plain", next };
};

const loop: Segment = ({ chance, steps }, name, next) => {
  steps[name] = { kind: "loop", turns: chance.happens(0.12) ? chance.between(10, 24) : chance.between(2, 4), next };
};

const ask: Segment = ({ steps }, name, next) => void (steps[name] = { kind: "ask", next });

const mail: Segment = ({ chance, steps }, name, next) => {
  const expiresIn = chance.happens(0.3) ? { expiresIn: chance.spread(1_000, 600_000) } : {};
  steps[name] = { kind: "mail", next, ...expiresIn };
};

const wide: Segment = ({ steps }, name, next) => void (steps[name] = { kind: "wide", next });

const large: Segment = ({ chance, steps }, name, next) => {
  const bytes = chance.pick([largeSizes.one, largeSizes.most, largeSizes.tooMuch]);
  steps[name] = { kind: "large", next, bytes };
};

const hold: Segment = (builder, name, next) => {
  const { chance, steps } = builder;
  if (chance.happens(0.3)) {
    steps[name] = { kind: "hold", next };
    return;
  }
  const timeout = lasting(builder);
  if (chance.happens(0.5)) {
    steps[name] = { kind: "hold", next, timeout };
    return;
  }
  steps[name] = { kind: "hold", next, timeout, onTimeout: `${name}late` };
  steps[`${name}late`] = { kind: "plain", next };
};

const delay: Segment = (builder, name, next) => {
  builder.steps[name] = { kind: "delay", next, delay: lasting(builder) };
};

const flaky: Segment = ({ chance, steps }, name, next) => {
  steps[name] = { kind: "flaky", next, failures: chance.between(1, 2) };
};

const fan: Segment = (builder, name, next) => {
  const { chance, limits, steps } = builder;
  const branches = branchNames(builder, name);
  const settleAll = chance.happens(0.2);
  steps[name] = { kind: "fan-out", branches, settleAll };
  const isLarge = chance.happens(2 * RARE);
  for (const branch of branches) {
    const bytes =
      isLarge && chance.happens(0.7) ? chance.pick([largeSizes.third, largeSizes.third, largeSizes.one]) : 0;
    steps[branch] = { ...(bytes > 0 ? { kind: "large", next, bytes } : branchStep(builder, next)), inBranch: true };
  }
  // A join needs one branch that succeeded.
  const [first = ""] = branches;
  if (settleAll) steps[first] = { kind: "plain", next, inBranch: true };
  if (settleAll && chance.happens(0.5)) steps[branches.at(-1) ?? first] = { kind: "broken", inBranch: true };
  else if (chance.happens(0.05)) steps[first] = { kind: "broken", inBranch: true };
  else if (limits.killers && chance.happens(0.03)) steps[first] = { kind: "killer", inBranch: true };
};

/** Two fan-outs with no step in between: every branch of the first names the branches of the second. */
const fanTwice: Segment = (builder, name, next) => {
  const { steps } = builder;
  const first = branchNames(builder, `${name}x`);
  const second = builder.chance.happens(0.3) ? undefined : branchNames(builder, `${name}y`);
  steps[name] = { kind: "fan-out", branches: first, settleAll: false };
  for (const branch of first) {
    steps[branch] = second
      ? { kind: "again", branches: second, inBranch: true }
      : { kind: "plain", next, inBranch: true };
  }
  for (const branch of second ?? []) steps[branch] = { kind: "plain", next, inBranch: true };
};

const segments: readonly (readonly [weight: number, segment: Segment])[] = [
  [4, plain],
  [1, choice],
  [2, loop],
  [2, ask],
  [1, mail],
  [2, hold],
  [1, delay],
  [2, flaky],
  [3, fan],
  [1, fanTwice],
];

/** Share of segments with a wide or a large state: one costs as much as many others. */
const RARE = 0.02;

const bag: readonly Segment[] = segments.flatMap(([weight, segment]) => Array.from({ length: weight }, () => segment));

function segmentOf(chance: RandomStream): Segment {
  if (chance.happens(RARE)) return wide;
  return chance.happens(RARE) ? large : chance.pick(bag);
}

export function generateShape(chance: RandomStream, name: string, limits: ShapeLimits): Shape {
  const hasErrorStep = chance.happens(0.2);
  const builder: Builder = { chance, limits, steps: {}, hasErrorStep, longest: 0, width: 1 };
  const count = chance.between(1, limits.segments);
  for (let index = 0; index < count; index++) {
    const next = index + 1 < count ? `s${index + 1}` : "end";
    segmentOf(chance)(builder, `s${index}`, next);
  }
  if (chance.happens(0.1)) builder.steps["end"] = hasErrorStep ? { kind: "broken" } : { kind: "fixable", next: "last" };
  if (limits.killers && chance.happens(0.02)) builder.steps["end"] = { kind: "killer" };
  builder.steps["end"] ??= { kind: "plain", next: null };
  builder.steps["last"] = { kind: "plain", next: null };
  if (hasErrorStep) builder.steps["mend"] = { kind: "plain", next: "last" };
  const retry = chance.pick([{ initialInterval: "1s" }, { initialInterval: "30s" }, { jitter: 0.5 }] as const);
  const steps: Steps = { ...builder.steps };
  return {
    name,
    first: "s0",
    steps,
    options: {
      retry: chance.happens(0.1) && limits.longest > SHORT ? { initialInterval: "20m", maximumInterval: "1h" } : retry,
      ...(hasErrorStep ? { onError: "mend" } : {}),
      ...(chance.happens(0.1) && limits.longest > SHORT ? { instanceTimeout: chance.spread(30_000, 10_800_000) } : {}),
      ...(chance.happens(0.25) ? { inline: true, timeout: "5s" } : {}),
    },
    given: { given: chance.below(10), shared: "given" },
    longest: builder.longest,
    width: builder.width,
  };
}

function branchStep(builder: Builder, next: string): ShapeStep {
  switch (builder.chance.below(10)) {
    case 0:
    case 1:
      return { kind: "flaky", next, failures: builder.chance.between(1, 2) };
    case 2:
      return { kind: builder.chance.happens(0.4) ? "mail" : "ask", next };
    case 3:
      return { kind: "hold", next, timeout: lasting(builder) };
    default:
      return { kind: "plain", next };
  }
}

function branchNames(builder: Builder, name: string): readonly string[] {
  const count = builder.chance.pick([2, 2, 2, 3, 3, 4, 5]);
  builder.width = Math.max(builder.width, count);
  return Array.from({ length: count }, (_, branch) => `${name}b${branch}`);
}

/** A wait or delay: mostly one that a queue can delay. */
function lasting(builder: Builder): number {
  const { chance, limits } = builder;
  const isLong = limits.longest > SHORT && chance.happens(0.35);
  const time = isLong ? chance.spread(SHORT + 1, limits.longest) : chance.spread(500, Math.min(limits.longest, SHORT));
  builder.longest += time;
  return time;
}
