import type { Finding } from "../finding.ts";
import type { FanOut, StepReport, Transition } from "../step-report.ts";
import { END, UNKNOWN, type WorkflowGraph } from "../workflow-graph.ts";

/** WF107: branches of one list that cannot all name the same next step. */
export function checkParallel(graph: WorkflowGraph, reports: readonly StepReport[]): readonly Finding[] {
  const byStep = new Map(reports.map((report) => [report.step, report]));
  return reports.flatMap(({ fanOuts, step }) =>
    fanOuts.flatMap((fanOut) => {
      const message = complaint(fanOut, byStep);
      return message === undefined
        ? []
        : [{ code: "WF107" as const, workflow: graph.name, step, message, ...fanOut.place }];
    }),
  );
}

function complaint({ steps }: FanOut, reports: ReadonlyMap<string, StepReport>): string | undefined {
  const branches = [...new Set(steps)];
  const joins = branches.flatMap((step) => {
    const targets = joinsOf(step, reports, new Set());
    return targets === undefined || targets.length === 0 ? [] : [{ step, targets }];
  });
  const distinct = new Set(joins.map(({ targets }) => targets.toSorted().join("\n")));
  if (distinct.size > 1) {
    const each = joins.map(({ step, targets }) => `"${step}" goes to ${targets.map(title).join(" or ")}`).join(", ");
    return `The branches do not join at one step: ${each}. Let every branch go to the same next step.`;
  }
  const shared = joins[0]?.targets.find((target) => branches.includes(target));
  if (shared === undefined) return undefined;
  return `Branch "${shared}" is also the step where the branches join. Join at a step that is no branch.`;
}

function title(target: string): string {
  return target === END ? "its end" : `"${target}"`;
}

/** Where a branch joins; undefined when the source does not tell. Lists count as one target. */
function joinsOf(
  step: string,
  reports: ReadonlyMap<string, StepReport>,
  seen: Set<string>,
): readonly string[] | undefined {
  const report = reports.get(step);
  if (report === undefined || seen.has(step)) return [];
  seen.add(step);
  if (report.transitions.some(({ to }) => to === UNKNOWN)) return undefined;
  const direct = report.transitions.flatMap(({ kind, to }) => (kind === "next" ? [to] : []));
  const lists = listsOf(report);
  const timeouts = report.transitions
    .filter(({ kind }: Transition) => kind === "timeout")
    .map(({ to }) => joinsOf(to, reports, seen));
  if (timeouts.includes(undefined)) return undefined;
  return [...new Set([...direct, ...lists, ...timeouts.flatMap((targets) => targets ?? [])])];
}

function listsOf({ fanOuts }: StepReport): readonly string[] {
  return fanOuts.map(({ steps }) => steps.join('" and "'));
}
