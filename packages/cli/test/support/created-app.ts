import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { runCommand } from "./run-command.ts";

const workspace = fileURLToPath(new URL("../../../../", import.meta.url));
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** What a project of ours installs, and where it is in this repository. */
const packages: Readonly<Record<string, string>> = {
  stephooks: "packages/stephooks",
  "@stephooks/cli": "packages/cli",
  "@stephooks/testkit": "packages/testkit",
  typescript: "node_modules/typescript",
  "@types/node": "node_modules/@types/node",
};

/** A folder outside of the repository; removed after the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-create-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Does what `npm install` would do if our packages were published: links them, and puts the command on the path. */
function install(project: string): void {
  for (const [name, place] of Object.entries(packages)) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(workspace, place), link, "dir");
  }
  const bin = join(project, "node_modules/.bin");
  mkdirSync(bin);
  writeProgram(join(bin, "stephooks"), `--conditions=source "${main}"`);
  // Our packages are found as sources here, where nothing is built.
  writeProgram(join(bin, "tsc"), `"${join(workspace, "node_modules/typescript/bin/tsc")}" --customConditions source`);
}

function writeProgram(file: string, command: string): void {
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

/** Environment in which a created project finds our packages as sources. */
export const sources: Readonly<Record<string, string>> = { NODE_OPTIONS: "--conditions=source", NO_COLOR: "1" };

/** A new project of the template, as `stephooks create` makes it, with what it needs installed. */
export async function createdApp(template: string): Promise<string> {
  const cwd = emptyFolder();
  const { code, stderr } = await runCommand(["create", "app", "--template", template], { cwd });
  if (code !== 0) throw new Error(stderr);
  install(join(cwd, "app"));
  return join(cwd, "app");
}
