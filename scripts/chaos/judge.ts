import { readFileSync } from "node:fs";
import type { RawInstance } from "../raw/raw-view.ts";
import type { Plan } from "./shapes.ts";

interface Note {
  readonly instance: string;
  readonly step: string;
  readonly key: string;
}

/** What the steps wrote, by instance. */
export type Notes = ReadonlyMap<string, readonly Note[]>;

export function readNotes(file: string): Notes {
  const lines = readFileSync(file, "utf8").split("\n");
  const notes: readonly Note[] = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  return Map.groupBy(notes, ({ instance }) => instance);
}

/** What is wrong with an instance; nothing when it is as planned. */
export function judge(plan: Plan, instance: RawInstance | undefined, notes: readonly Note[]): readonly string[] {
  if (instance === undefined) return ["not in the table"];
  if (instance.status !== "D") return [`status ${instance.status} after ${instance.transitions} transitions`];
  return [...judgeState(plan, instance.state), ...judgeVisits(plan, notes)];
}

function judgeState({ seed, shape }: Plan, state: RawInstance["state"]): readonly string[] {
  const expected = shape.state(seed);
  const names = new Set([...Object.keys(expected), ...Object.keys(state)]);
  return [...names]
    .filter((name) => state[name] !== expected[name])
    .map((name) => `${name} is ${JSON.stringify(state[name])}, expected ${expected[name]}`);
}

/** A visit is named by its idempotency key: equal for each of its executions, different from every other's. */
function judgeVisits({ shape }: Plan, notes: readonly Note[]): readonly string[] {
  const byStep = Map.groupBy(notes, ({ step }) => step);
  const counts = shape.visits.flatMap(({ least, most, step }) => {
    const visits = new Set(byStep.get(step)?.map(({ key }) => key)).size;
    return visits >= least && visits <= most ? [] : [`${visits} visits of ${step}, expected ${least} to ${most}`];
  });
  const shared = [...Map.groupBy(notes, ({ key }) => key)]
    .filter(([, own]) => new Set(own.map(({ step }) => step)).size > 1)
    .map(([key]) => `key ${key} named two steps`);
  return [...counts, ...shared];
}
