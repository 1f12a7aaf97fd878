import { parseDuration } from "@stephooks/core";
import { parameterType } from "./evaluate/functions.ts";
import { cellOf, inKeyOrder } from "./evaluate/heap.ts";
import type { Creation, Site } from "./evaluate/machine.ts";
import type { Path } from "./evaluate/path.ts";
import { alternatives, nothing, PROTOTYPE, type TypeReference, type Value } from "./evaluate/value.ts";

/** A workflow as its creation shows it. */
export interface WorkflowSource {
  readonly name: string;
  readonly site: Site;
  readonly steps: ReadonlyMap<string, { readonly value: Value; readonly site: Site }>;
  /** There may be steps that the source does not show. */
  readonly isOpen: boolean;
  /** Names that `onError` may have; no name where the source does not tell. */
  readonly onError: readonly { readonly step: string | undefined; readonly site: Site }[];
  /** Limits that the options set. */
  readonly limits: readonly {
    readonly option: "maxStepCount" | "maxTransitions";
    readonly value: number | undefined;
  }[];
  readonly stateType: TypeReference | undefined;
  /** Milliseconds that a step may run. */
  timeoutOf(step: string): number;
}

/** As in the engine: milliseconds. */
const DEFAULT_TIMEOUT = 50_000;

export function workflowSource(creation: Creation, base: Path): readonly WorkflowSource[] {
  const [name, , steps = nothing, options] = creation.args.values;
  const names = name === undefined ? [] : alternatives(name);
  const given = [...(options ? [options] : []), ...creation.configured.map(({ value }) => value)];
  const found = options === undefined && !creation.args.exact ? [] : given;
  return alternatives(steps).map((value) => {
    // The steps are read at once; `configure` reads them again.
    const stepsOf = stepsIn(value, creation.site, creation.configured.length > 0 ? base : creation.path);
    const [only] = names;
    return {
      name: names.length === 1 && only?.kind === "constant" ? String(only.value) : "?",
      site: creation.site,
      ...stepsOf,
      onError: found.flatMap((one) => onErrorIn(one, creation.site, base)),
      limits: found.flatMap((one) => limitsIn(one, base)),
      stateType: stateTypeOf([...stepsOf.steps.values()].map((step) => step.value)),
      timeoutOf: (step) => timeoutOf(step, found, base),
    };
  });
}

function stepsIn(value: Value, site: Site, base: Path): Pick<WorkflowSource, "steps" | "isOpen"> {
  const cell = cellOf(value, base);
  if (cell === undefined) return { steps: new Map(), isOpen: true };
  const own = inKeyOrder(cell.props).filter(([name]) => !name.startsWith(PROTOTYPE) && !name.startsWith("#"));
  const steps = own.map(([name, step]) => {
    const place = cell.places.get(name);
    return [name, { value: step, site: place ? { node: place.node, module: place.scope.module } : site }] as const;
  });
  return { steps: new Map(steps), isOpen: cell.rest !== undefined };
}

function stateTypeOf(steps: readonly Value[]): TypeReference | undefined {
  return steps.flatMap((step) => (step.kind === "function" ? (parameterType(step, 0) ?? []) : []))[0];
}

function option(options: Value, name: string, base: Path): readonly Value[] {
  return alternatives(options).flatMap((one) => {
    const cell = cellOf(one, base);
    const value = cell?.props.get(name) ?? cell?.rest ?? (one.kind === "unknown" ? one : nothing);
    return alternatives(value);
  });
}

function onErrorIn(options: Value, created: Site, base: Path): WorkflowSource["onError"] {
  const place = cellOf(options, base)?.places.get("onError");
  const site = place ? { node: place.node, module: place.scope.module } : created;
  return option(options, "onError", base).flatMap((one): WorkflowSource["onError"] => {
    if (one.kind === "unknown") return [{ step: undefined, site }];
    return one.kind === "constant" && typeof one.value === "string" ? [{ step: one.value, site }] : [];
  });
}

function limitsIn(options: Value, base: Path): WorkflowSource["limits"] {
  return (["maxStepCount", "maxTransitions"] as const).flatMap((name) =>
    option(options, name, base).flatMap((one): WorkflowSource["limits"] => {
      if (one.kind === "constant") return typeof one.value === "number" ? [{ option: name, value: one.value }] : [];
      return cellOf(options, base)?.props.has(name) ? [{ option: name, value: undefined }] : [];
    }),
  );
}

/** What was configured last counts, and a step's own before the workflow's. */
function timeoutOf(step: string, given: readonly Value[], base: Path): number {
  const options = given.toReversed();
  const own = options.flatMap((one) => option(one, "steps", base)).flatMap((steps) => option(steps, step, base));
  const candidates = [
    ...own.flatMap((one) => option(one, "timeout", base)),
    ...options.flatMap((one) => option(one, "timeout", base)),
  ];
  for (const candidate of candidates) {
    if (candidate.kind === "unknown") return Number.POSITIVE_INFINITY;
    const milliseconds = candidate.kind === "constant" ? parseDuration(candidate.value) : undefined;
    if (milliseconds !== undefined) return milliseconds;
  }
  return DEFAULT_TIMEOUT;
}
