import { analyseStep } from "./analyse-step.ts";
import { assemble } from "./assemble.ts";
import { createMachine, type Engine } from "./evaluate/create-machine.ts";
import type { KeptChange } from "./evaluate/machine.ts";
import type { Path } from "./evaluate/path.ts";
import type { Finding } from "./finding.ts";
import { checkCycles } from "./rules/cycles.ts";
import { checkParallel } from "./rules/parallel.ts";
import { checkReach } from "./rules/reach.ts";
import { withKept } from "./kept-changes.ts";
import { runModules } from "./run-modules.ts";
import { badName } from "./step-report.ts";
import { loadModules } from "./syntax/load-modules.ts";
import { placeOf } from "./syntax/place-of.ts";
import type { ReadFile } from "./syntax/resolve-import.ts";
import { runForgotten } from "./run-forgotten.ts";
import type { WorkflowGraph } from "./workflow-graph.ts";
import { type WorkflowSource, workflowSource } from "./workflow-source.ts";

export interface Analysis {
  readonly workflows: readonly WorkflowGraph[];
  /** Ordered by file and line. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the graph of every workflow that these files and those they import create, and what is wrong with it. Nothing is
 * run: step functions are followed in their source, along all paths. Pure apart from `readFile`, which answers the text
 * of a file or undefined; files are asked for as they were named, with `/` between folders.
 *
 * Every transition that can happen is among the edges, or its step has an edge to `?`.
 *
 * @throws GraphError `unreadable-source` when one of the files is not there or cannot be parsed.
 */
export function analyse(files: readonly string[], readFile: ReadFile): Analysis {
  const modules = loadModules(files, readFile);
  const engine = createMachine((file) => modules.get(file));
  const base = runForgotten(modules, engine, runModules(files, modules, engine));
  const sources = engine.creations.flatMap((creation) => workflowSource(creation, base));
  const analysed = analyseAll(sources, engine, base);
  return {
    workflows: analysed.map(({ graph }) => graph),
    findings: analysed.flatMap(({ findings }) => findings).toSorted(byPlace),
  };
}

/** Passes after which what the steps change for those that run later may be anything. */
const PASSES_TO_BLUR = 3;
const MOST_PASSES = 6;

/** Again as long as steps find something that others have changed. */
function analyseAll(sources: readonly WorkflowSource[], engine: Engine, base: Path): readonly AnalysedWorkflow[] {
  let at = base;
  for (let pass = 1; ; pass += 1) {
    const analysed = sources.map((source) => analyseWorkflow(source, engine, at));
    const changes = analysed.flatMap((one) => one.changes);
    const next = pass < MOST_PASSES ? withKept(at, changes, pass >= PASSES_TO_BLUR) : undefined;
    if (next === undefined) return analysed;
    at = next;
  }
}

interface AnalysedWorkflow {
  readonly graph: WorkflowGraph;
  readonly findings: readonly Finding[];
  readonly changes: readonly KeptChange[];
}

function analyseWorkflow(source: WorkflowSource, engine: Engine, base: Path): AnalysedWorkflow {
  const names = [...source.steps.keys()];
  const reports = [...source.steps].map(([step, { site, value }]) =>
    analyseStep(
      {
        target: { workflow: source.name, step, steps: names, isOpen: source.isOpen },
        value,
        site,
        stateType: source.stateType,
        timeout: source.timeoutOf(step),
      },
      engine,
      base,
    ),
  );
  const graph = assemble(source, reports);
  const findings = [
    ...checkNames(source),
    ...reports.flatMap((report) => report.findings),
    ...checkReach(graph),
    ...checkCycles(graph, reports, source),
    ...checkParallel(graph, reports),
  ];
  return { graph, findings, changes: reports.flatMap(({ changes }) => changes) };
}

/** Names that the engine refuses when the app is loaded. */
function checkNames({ name: workflow, onError, isOpen, steps }: WorkflowSource): readonly Finding[] {
  const bad = [...steps].flatMap(([step, { site: at }]): readonly Finding[] => {
    const complaint = badName(step);
    if (complaint === undefined) return [];
    const message = `A step has ${complaint}. Use a letter, then letters, digits, _ $ . : or -, at most 128.`;
    return [{ code: "WF108", workflow, step, message, ...placeOf(at.node, at.module) }];
  });
  const missing = onError.flatMap(({ site, step }): readonly Finding[] => {
    if (step === undefined || steps.has(step) || isOpen) return [];
    const message = `Option onError names "${step}", which is no step of workflow "${workflow}". Its steps are: ${[...steps.keys()].join(", ")}.`;
    return [{ code: "WF101", workflow, step, message, ...placeOf(site.node, site.module) }];
  });
  return [...bad, ...missing];
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1);
}
