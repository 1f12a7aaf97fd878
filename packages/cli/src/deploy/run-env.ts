import { text as readAll } from "node:stream/consumers";
import { createControlPlaneClients, type StageVariables, stageVariables } from "@stephooks/aws/deploy";
import { variableNameFault } from "@stephooks/sam";
import { asked } from "../ask.ts";
import { CliError } from "../cli-error.ts";
import { signedIn } from "./signed-in.ts";
import { type StackOptions, stackTarget } from "./stack-target.ts";
import { assertVariablesFit } from "./variable-size.ts";

export interface EnvOptions extends StackOptions {
  readonly app: string;
}

/** `stephooks env set`. @throws CliError `bad-variable`, `variables-too-large`. */
export async function setVariable(name: string, options: EnvOptions): Promise<void> {
  const fault = variableNameFault(name);
  if (fault !== undefined) {
    throw new CliError("bad-variable", `${name} cannot be an environment variable: ${fault}. Choose another name.`);
  }
  const value = await readValue(name);
  assertVariablesFit({ [name]: value });
  await withVariables(options, (variables) => variables.set(name, value));
  tell(options, { set: name }, `Set ${name}. The next stephooks deploy gives it to the functions.\n`);
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
  throw new CliError(
    "bad-variable",
    `The value of ${name} is empty: give it on standard input, or use stephooks env remove.`,
  );
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
  process.stdout.write(json ? `${JSON.stringify(data)}\n` : text);
}
