import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRecord } from "@stephooks/core";
import { type ParsedResource, parseTemplate, type TemplateValue } from "@stephooks/sam";
import { LocalError } from "../local-error.ts";

/** A function of a template, its `Globals` merged in. */
export interface DeployedFunction {
  readonly code: string;
  readonly handler: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly variables: Readonly<Record<string, TemplateValue>>;
}

/** A queue that a function reads. */
export interface DeployedMapping {
  /** An ARN, or what leads to one. */
  readonly source: TemplateValue;
  readonly batchSize: number;
}

/** What is run of a template. */
export interface Deployment {
  /** Values of the parameters: those given, else their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly http: DeployedFunction;
  readonly worker: DeployedFunction;
  /** There when parameter `StreamUrl` is `yes`. */
  readonly stream: DeployedFunction | undefined;
  /** Queues the worker reads. */
  readonly mappings: readonly DeployedMapping[];
  /** Seconds a received message stays hidden. */
  readonly visibilityTimeout: number;
  has(logicalId: string): boolean;
  /** Whether anything of the app runs by the calendar. */
  readonly hasTicks: boolean;
}

/**
 * Reads the template that `stephooks build` wrote. Code is looked for beside it.
 *
 * @throws SamError `bad-template`, LocalError `bad-template`.
 */
export function readDeployment(file: string, given: Readonly<Record<string, string>>): Deployment {
  const { Globals, Parameters, Resources } = parseTemplate(readFileSync(file, "utf8"));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(Parameters, name));
  if (unknown !== undefined) throw bad(`The template has no parameter ${unknown}.`);
  const defaults = Object.entries(Parameters).map(([name, { Default = "" }]) => [name, scalar(Default)] as const);
  const parameters = { ...Object.fromEntries(defaults), ...given };
  const functionOf = (id: string): DeployedFunction =>
    deployedFunction(resource(Resources, id), Globals["Function"] ?? {}, dirname(file));
  const mappings = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::EventSourceMapping");
  return {
    parameters,
    http: functionOf("HttpFunction"),
    worker: functionOf("WorkerFunction"),
    stream: parameters["StreamUrl"] === "yes" ? functionOf("StreamFunction") : undefined,
    mappings: mappings.map(({ Properties }) => ({
      source: Properties["EventSourceArn"] ?? "",
      batchSize: Number(Properties["BatchSize"] ?? 10),
    })),
    visibilityTimeout: Number(resource(Resources, "StepQueue").Properties["VisibilityTimeout"]),
    has: (logicalId) => Object.hasOwn(Resources, logicalId),
    hasTicks: Object.keys(Resources).some((id) => id.startsWith("TickSchedule")),
  };
}

function deployedFunction(
  { Properties }: ParsedResource,
  globals: Readonly<Record<string, TemplateValue>>,
  folder: string,
): DeployedFunction {
  const merged = { ...globals, ...Properties };
  return {
    code: join(folder, scalar(merged["CodeUri"])),
    handler: scalar(merged["Handler"]),
    timeout: Number(merged["Timeout"]),
    memorySize: Number(merged["MemorySize"]),
    variables: { ...variablesOf(globals), ...variablesOf(Properties) },
  };
}

function variablesOf({
  Environment,
}: Readonly<Record<string, TemplateValue>>): Readonly<Record<string, TemplateValue>> {
  if (!isMap(Environment)) return {};
  const { Variables } = Environment;
  return isMap(Variables) ? Variables : {};
}

/** @throws LocalError `bad-template` for what is no plain value. */
function scalar(value: TemplateValue | undefined): string {
  if (value !== undefined && typeof value !== "object") return String(value);
  throw bad(`The template has ${JSON.stringify(value)} where a text belongs.`);
}

function isMap(value: TemplateValue | undefined): value is { readonly [key: string]: TemplateValue } {
  return isRecord(value);
}

function resource(resources: Readonly<Record<string, ParsedResource>>, id: string): ParsedResource {
  const found = resources[id];
  if (found !== undefined) return found;
  throw bad(`The template has no ${id}.`);
}

function bad(what: string): LocalError {
  return new LocalError("bad-template", `${what} Render it again: stephooks build.`);
}
