import { type AppManifest, isRecord } from "@stephooks/core";
import { type PolicyRow, policyRows, type ReadTemplate } from "@stephooks/sam";
import { withoutKey } from "../without-key.ts";

/** Parts of a plan, in the order in which they are shown. */
export const sections = [
  "routes",
  "workflows",
  "queues",
  "schedules",
  "permissions",
  "parameters",
  "variables",
  "resources",
] as const;

export type Section = (typeof sections)[number];

/** One line of a plan: a route and who may call it, a workflow and its steps, a role and what it may do. */
export interface Fact {
  /** What is compared with what has the same name. Once in a section. */
  readonly item: string;
  readonly details: readonly string[];
}

export type AppFacts = Readonly<Record<Section, readonly Fact[]>>;

/** What is deployed, or would be, as its template and manifest say. Without a manifest: what the template tells alone. */
export function factsOf(template: ReadTemplate): AppFacts {
  const { manifest, parameters, resources, variables } = template;
  return {
    routes: manifest === undefined ? [] : routesOf(manifest),
    workflows: (manifest?.workflows ?? []).map(({ name, steps }) => ({ item: name, details: steps })),
    queues: [...queuesOf(resources), ...(manifest?.workers ?? []).map(workerFact)],
    schedules: (manifest?.crons ?? []).map(({ expression, name, timeZone }) => ({
      item: name,
      details: [`${expression} ${timeZone}`],
    })),
    permissions: permissionsOf(policyRows(properties(resources))),
    parameters: Object.entries(parameters)
      .filter(([name]) => !name.startsWith("Variable"))
      .map(([name, { Default: value, NoEcho: hidden }]) => ({
        item: name,
        details: [hidden === true ? "hidden" : `default ${JSON.stringify(value ?? "")}`],
      })),
    variables: variables.map((name) => ({ item: name, details: [] })),
    resources: Object.entries(resources).map(([item, { properties: given, type }]) => ({
      item,
      details: [type, ...settingsOf(given)],
    })),
  };
}

type Resources = ReadTemplate["resources"];

function properties(resources: Resources): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(resources).map(([id, { properties: given }]) => [id, given]));
}

/** A route that is registered twice is one line: the first answers. */
function routesOf({ routes }: AppManifest): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const { hooks, method, path } of routes) {
    const item = `${method} ${path}`;
    if (!facts.has(item)) facts.set(item, { item, details: [`without a key: ${withoutKey(hooks)}`] });
  }
  return [...facts.values()];
}

function queuesOf(resources: Resources): readonly Fact[] {
  return Object.entries(resources)
    .filter(([, { type }]) => type === "AWS::SQS::Queue")
    .map(([item, { properties: given }]) => ({
      item,
      details: [given["FifoQueue"] === true ? "FIFO" : "standard", ...settingsOf(given), ...redriveOf(given)],
    }));
}

function redriveOf({ RedrivePolicy: policy }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isRecord(policy)) return [];
  const { deadLetterTargetArn: target, maxReceiveCount: count } = policy;
  const queue = isRecord(target) && Array.isArray(target["Fn::GetAtt"]) ? String(target["Fn::GetAtt"][0]) : "another";
  return [`dead letters to ${queue} after ${String(count)} receives`];
}

function workerFact({ slots, sourceArn, topic }: NonNullable<AppManifest["workers"]>[number]): Fact {
  return { item: `worker ${topic}`, details: [sourceArn ?? "JobQueue", `${slots} at the same time`] };
}

function permissionsOf(rows: readonly PolicyRow[]): readonly Fact[] {
  const groups = Map.groupBy(
    rows.filter(({ resource }) => resource !== "-"),
    ({ effect, id, resource }) => `${id} ${effect === "Allow" ? "on" : "denies on"} ${resource}`,
  );
  return [...groups].map(([item, group]) => ({ item, details: group.map(({ action }) => action) }));
}

/** Numbers and times of a resource that people want to see change. */
const shown = ["Timeout", "VisibilityTimeout", "BatchSize", "ScheduleExpression", "Threshold", "InvokeMode"] as const;

function settingsOf(given: Readonly<Record<string, unknown>>): readonly string[] {
  return shown.flatMap((name) => {
    const value = given[name];
    return typeof value === "number" || typeof value === "string" ? [`${name} ${value}`] : [];
  });
}
