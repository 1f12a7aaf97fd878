import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { ownVersion } from "../own-version.ts";
import { gitInit } from "./git-init.ts";
import { nextCommands, packageManager } from "./next-commands.ts";
import { dependenciesOf, packageName, projectFiles } from "./project-files.ts";
import { type Template, templates } from "./template-list.ts";
import { assertEmpty, type Written, writeProject } from "./write-project.ts";
import { jsonText, printText } from "../printable.ts";

export interface CreateOptions {
  readonly template?: string;
  readonly git: boolean;
  readonly json?: true;
}

export type InitOptions = Omit<CreateOptions, "git">;

/** Where an app goes that nobody named a folder for. */
const USUAL_FOLDER = "stephooks-app";

/** `stephooks create`. @throws CliError `bad-usage`, `folder-not-empty`. */
export async function runCreate(given: string | undefined, options: CreateOptions): Promise<void> {
  const asks = process.stdin.isTTY && process.stdout.isTTY && options.json !== true;
  const questions = asks ? await import("./ask-for-template.ts") : undefined;
  const shown = given ?? (await questions?.askForFolder(USUAL_FOLDER)) ?? USUAL_FOLDER;
  const folder = resolve(shown);
  assertEmpty(folder, shown);
  const template = templateNamed(options.template ?? (await questions?.askForTemplate()) ?? "blank");
  mkdirSync(folder, { recursive: true });
  const { written } = writeProject(folder, filesFor(folder, template));
  const git = options.git && gitInit(folder);
  const next = nextCommands({ folder: shown, manager: manager(), template, missing: [] });
  print(options, { folder, template: template.name, written, git, next }, `Created ${shown} from ${template.name}.`);
}

/** `stephooks init`. @throws CliError `bad-usage`, `file-exists`. */
export function runInit(shown: string, options: InitOptions): void {
  const folder = resolve(shown);
  if (!existsSync(folder)) throw new CliError("bad-usage", `There is no ${shown}. Make it: stephooks create ${shown}`);
  const template = templateNamed(options.template ?? "blank");
  const { kept, written } = writeProject(folder, filesFor(folder, template));
  const missing = kept.includes("package.json") ? missingPackages(folder) : [];
  const next = nextCommands({ folder: shown, manager: manager(), template, missing });
  const said = [...written.map((path) => `wrote  ${path}`), ...kept.map((path) => `kept   ${path}`)].join("\n");
  print(options, { folder, template: template.name, written, kept, next }, said);
}

const manager = () => packageManager(process.env["npm_config_user_agent"]);

function filesFor(folder: string, template: Template) {
  return projectFiles({ name: packageName(basename(folder)), template, version: ownVersion() });
}

function templateNamed(name: string): Template {
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name).join(", ");
  throw new CliError("bad-usage", `There is no template ${name}. Choose one of ${names}.`);
}

/** What a package.json that was there does not name, as one installs it. */
function missingPackages(folder: string): readonly string[] {
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const { dependencies, devDependencies } = dependenciesOf(ownVersion());
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !text.includes(`"${name}"`));
}

interface Result extends Partial<Written> {
  readonly folder: string;
  readonly template: string;
  readonly git?: boolean;
  readonly next: readonly string[];
}

function print({ json }: InitOptions, result: Result, said: string): void {
  if (json) return printText(`${jsonText(result)}\n`);
  printText(`${said}\n\nNext:\n${result.next.map((line) => `  ${line}`).join("\n")}\n`);
}
