/** What a step of a shape must have left behind: how many visits of it, at the least and at the most. */
export interface ExpectedVisits {
  readonly step: string;
  readonly least: number;
  readonly most: number;
}

/** One kind of instance: its workflow, its visits, and the state it must end with. Written down, not computed. */
export interface Shape {
  readonly name: string;
  readonly visits: readonly ExpectedVisits[];
  readonly state: (seed: number) => Readonly<Record<string, number>>;
}

const once = (...steps: readonly string[]): readonly ExpectedVisits[] =>
  steps.map((step) => ({ step, least: 1, most: 1 }));

/** What a client answers to the instance that asks. */
export const answerOf = (seed: number): number => 7 * seed;

const shapes: readonly Shape[] = [
  { name: "linear", visits: once("begin", "middle", "end"), state: (seed) => ({ seed, sum: 3 * seed }) },
  {
    name: "loop",
    visits: [...once("begin", "end"), { step: "lap", least: 4, most: 4 }],
    state: (seed) => ({ seed, sum: 6 * seed, lap: 5 }),
  },
  {
    name: "branch",
    visits: once("begin", "left", "middle", "right", "join"),
    state: (seed) => ({ seed, sum: 12 * seed, left: 2 * seed, middle: 3 * seed, right: 5 * seed }),
  },
  {
    name: "wait",
    // The answer may be there before the question: then the step that asks runs once.
    visits: [...once("begin", "end"), { step: "ask", least: 1, most: 2 }],
    state: (seed) => ({ seed, sum: 2 * seed + answerOf(seed), answer: answerOf(seed) }),
  },
  { name: "timeout", visits: once("begin", "lapsed"), state: (seed) => ({ seed, sum: 2 * seed }) },
  { name: "delay", visits: once("begin", "late", "end"), state: (seed) => ({ seed, sum: 3 * seed }) },
  {
    name: "inline",
    visits: once("one", "two", "three", "four", "five"),
    state: (seed) => ({ seed, sum: 5 * seed }),
  },
];

/** One instance of the run; its number decides everything about it. */
export interface Plan {
  readonly id: string;
  readonly shape: Shape;
  readonly seed: number;
  /** Of those that ask: answered before the question, or only once they wait. */
  readonly answeredEarly: boolean;
  /** An operator pauses it as soon as it has been started, and resumes it after so many milliseconds. */
  readonly pausedFor?: number;
}

/** Every which instance an operator interrupts: no multiple of the number of shapes, so each shape has its turn. */
const EVERY = 5;

/** Milliseconds. */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 3_000;

export function plan(count: number): readonly Plan[] {
  return Array.from({ length: count }, (_, index) => {
    const shape = shapes[index % shapes.length];
    if (shape === undefined) throw new TypeError("there are no shapes");
    const answeredEarly = Math.floor(index / shapes.length) % 2 === 0;
    const pausedFor = SHORTEST_PAUSE + ((index * 137) % (LONGEST_PAUSE - SHORTEST_PAUSE));
    const own = { id: `chaos-${index}`, shape, seed: index + 1, answeredEarly };
    return index % EVERY === 0 ? { ...own, pausedFor } : own;
  });
}
