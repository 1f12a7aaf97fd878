import type { ParameterValue } from "@stephooks/aws/deploy";
import { type ReadTemplate, variableParameter } from "@stephooks/sam";
import { CliError } from "../cli-error.ts";

export interface ParameterChoices {
  readonly template: ReadTemplate;
  /** `Name=value`, as on the command line. */
  readonly given: readonly string[];
  /** What the stack was deployed with, if there is one. */
  readonly before?: ReadTemplate | undefined;
  /** Values the stack has now. */
  readonly present: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * A value for each of the template's parameters: the one given, else the one the stack has (undefined), else left out,
 * which is the default. A stack has a value for every parameter: one that is the default of its template was nobody's
 * choice, and becomes the default of this one.
 *
 * @throws CliError `bad-usage` for what is no parameter, or is not to be seen on a command line.
 */
export function templateParameters(choices: ParameterChoices): Readonly<Record<string, ParameterValue>> {
  const { before, given, present, template, variables } = choices;
  const chosen = new Map(given.map((text) => readChoice(text, template)));
  const ofVariables = new Map<string, string>(
    Object.entries(variables).map(([name, value]) => [variableParameter(name), value]),
  );
  const values: Record<string, ParameterValue> = {};
  for (const name of Object.keys(template.parameters)) {
    const usual = defaultOf(template, name);
    const old = before && defaultOf(before, name);
    const isUsual = old !== undefined && old !== usual && present[name] === old;
    const value = chosen.get(name) ?? ofVariables.get(name) ?? (isUsual ? usual : undefined);
    if (value !== undefined || Object.hasOwn(present, name)) values[name] = value;
  }
  return values;
}

function defaultOf({ parameters }: ReadTemplate, name: string): string | undefined {
  const value = parameters[name]?.["Default"];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function readChoice(text: string, { parameters }: ReadTemplate): [name: string, value: string] {
  const end = text.indexOf("=");
  const name = text.slice(0, Math.max(end, 0));
  const facts = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (facts !== undefined && facts["NoEcho"] !== true) return [name, text.slice(end + 1)];
  const shown = Object.entries(parameters).flatMap(([known, { NoEcho: hidden }]) => (hidden === true ? [] : [known]));
  const reason = facts === undefined ? "is no parameter" : "is not for command lines: other users see those";
  throw new CliError(
    "bad-usage",
    `--parameter ${name === "" ? text : name} ${reason}. Give name=value with one of ${shown.join(", ")}.`,
  );
}
