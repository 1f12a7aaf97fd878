import { type AppFacts, type Fact, type Section, sections } from "./app-facts.ts";

/** A line of a plan, and what it changes. */
export interface PlanLine {
  readonly item: string;
  /** Of the build; of a removed item: of what is deployed. */
  readonly details: readonly string[];
  readonly change: "added" | "removed" | "changed" | "same";
  /** Of a changed item: details that come and go. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export type PlanLines = Readonly<Record<Section, readonly PlanLine[]>>;

/** What a build changes of what is deployed; everything is added where nothing is. Removed items come last. */
export function compareFacts(before: AppFacts | undefined, after: AppFacts): PlanLines {
  const lines = (section: Section): readonly PlanLine[] => compareSection(before?.[section] ?? [], after[section]);
  return {
    routes: lines("routes"),
    workflows: lines("workflows"),
    queues: lines("queues"),
    schedules: lines("schedules"),
    permissions: lines("permissions"),
    parameters: lines("parameters"),
    variables: lines("variables"),
    resources: lines("resources"),
  };
}

/** Whether a plan changes anything but the code. */
export function changesSomething(lines: PlanLines): boolean {
  return sections.some((section) => lines[section].some(({ change }) => change !== "same"));
}

function compareSection(before: readonly Fact[], after: readonly Fact[]): readonly PlanLine[] {
  const old = new Map(before.map((fact) => [fact.item, fact]));
  const names = new Set(after.map(({ item }) => item));
  const gone = before.filter(({ item }) => !names.has(item));
  return [
    ...after.map((fact) => comparedLine(old.get(fact.item), fact)),
    ...gone.map(({ details, item }): PlanLine => ({ item, details, change: "removed", added: [], removed: [] })),
  ];
}

function comparedLine(before: Fact | undefined, { details, item }: Fact): PlanLine {
  if (before === undefined) return { item, details, change: "added", added: [], removed: [] };
  const added = details.filter((detail) => !before.details.includes(detail));
  const removed = before.details.filter((detail) => !details.includes(detail));
  const change = added.length + removed.length === 0 ? "same" : "changed";
  return { item, details, change, added, removed };
}
