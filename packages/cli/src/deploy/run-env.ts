import { existsSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { createControlPlaneClients, type StageVariables, stageVariables } from "@stephooks/aws/deploy";
import { variableNameFault } from "@stephooks/sam";
import { asked } from "../ask.ts";
import { CliError } from "../cli-error.ts";
import { parseVariables } from "../env-file.ts";
import { signedIn } from "./signed-in.ts";
import { type StackOptions, stackTarget } from "./stack-target.ts";
import { assertVariablesFit } from "./variable-size.ts";
import { jsonText, printText } from "../printable.ts";

export interface EnvOptions extends StackOptions {
  readonly app: string;
}

/** `stephooks env set`. @throws CliError `bad-variable`, `variables-too-large`. */
export async function setVariable(name: string, options: EnvOptions): Promise<void> {
  assertName(name);
  const value = await readValue(name);
  await withVariables(options, (variables) => setAll(variables, { [name]: value }));
  tell(options, { set: name }, `Set ${name}. The next stephooks deploy gives it to the functions.\n`);
}

/**
 * `stephooks env import`: every variable of a file in the form of `.env`, all checked before the first is set.
 *
 * @throws CliError `bad-input` when there is no such file or nothing in it; as {@link setVariable}.
 */
export async function importVariables(file: string, options: EnvOptions): Promise<void> {
  const values = readVariables(file);
  const names = Object.keys(values);
  for (const [name, value] of Object.entries(values)) {
    assertName(name);
    if (value === "") throw emptyValue(name, `give it in ${file}, or leave the line out`);
  }
  await withVariables(options, (variables) => setAll(variables, values));
  const text = `Set ${names.join(", ")}. The next stephooks deploy gives them to the functions.\n`;
  tell(options, { set: names }, text);
}

function readVariables(file: string): Readonly<Record<string, string>> {
  const values = existsSync(file) ? parseVariables(file) : undefined;
  if (values !== undefined && Object.keys(values).length > 0) return values;
  const reason = values === undefined ? `There is no ${file}` : `${file} has no variable`;
  throw new CliError("bad-input", `${reason}: name a file with lines such as NAME=value.`);
}

/** What is there already counts as well: Lambda's limit is for all of them. */
async function setAll(variables: StageVariables, values: Readonly<Record<string, string>>): Promise<void> {
  assertVariablesFit(values);
  assertVariablesFit({ ...(await variables.read()), ...values });
  for (const [name, value] of Object.entries(values)) await variables.set(name, value);
}

function assertName(name: string): void {
  const fault = variableNameFault(name);
  if (fault === undefined) return;
  throw new CliError("bad-variable", `${name} cannot be an environment variable: ${fault}. Choose another name.`);
}

/** `stephooks env list`. */
export async function listVariables(options: EnvOptions): Promise<void> {
  const found = await withVariables(options, (variables) => variables.list());
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  const rows = found.map(({ changedAt, name }) => `${name.padEnd(width)}  ${new Date(changedAt).toISOString()}\n`);
  const text = rows.length === 0 ? "There are no environment variables.\n" : rows.join("");
  tell(options, { variables: found.map(({ changedAt, name }) => ({ name, changedAt })) }, text);
}

/** `stephooks env remove`. @throws CliError `unknown-variable`. */
export async function removeVariable(name: string, options: EnvOptions): Promise<void> {
  if (!(await withVariables(options, (variables) => variables.remove(name)))) {
    throw new CliError("unknown-variable", `There is no ${name}: stephooks env list shows them.`);
  }
  tell(options, { removed: name }, `Removed ${name}. The functions have it until the next stephooks deploy.\n`);
}

/** Never from the command line, which other users and the shell's history see. One line end at the end is not part of it. */
async function readValue(name: string): Promise<string> {
  const given = process.stdin.isTTY ? await asked(`Value of ${name}`) : await readAll(process.stdin);
  const value = given.replace(/\r?\n$/, "");
  if (value !== "") return value;
  throw emptyValue(name, "give it on standard input, or use stephooks env remove");
}

function emptyValue(name: string, fix: string): CliError {
  return new CliError("bad-variable", `The value of ${name} is empty: ${fix}.`);
}

async function withVariables<Result>(
  options: EnvOptions,
  act: (variables: StageVariables) => Promise<Result>,
): Promise<Result> {
  const { stack } = stackTarget(options.app, options);
  const clients = createControlPlaneClients(options.region === undefined ? {} : { region: options.region });
  try {
    await signedIn(clients);
    return await act(stageVariables(clients.ssm, stack));
  } finally {
    clients.destroy();
  }
}

function tell({ json }: EnvOptions, data: object, text: string): void {
  printText(json ? `${jsonText(data)}\n` : text);
}
