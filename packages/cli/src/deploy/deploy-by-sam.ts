import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { openChanges, readChange } from "@stephooks/aws/deploy";
import { renderTemplate } from "@stephooks/sam";
import { CliError } from "../cli-error.ts";
import { codeBucket, type Deployment, type DeploymentResult } from "./deployment.ts";
import { makePlanned } from "./make-planned.ts";

/** Where the SAM CLI is on the PATH; undefined when it is not installed. */
export function findSam(path: string = process.env["PATH"] ?? ""): string | undefined {
  // Not sam.cmd: Node runs a script of Windows only through its shell, which would read the values of tags and names.
  const names = process.platform === "win32" ? ["sam.exe"] : ["sam"];
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Has `sam deploy` upload the build and plan the change, looks at that plan, and makes it.
 *
 * @throws CliError `change-refused` with sam's exit code, `stack-busy`, `data-replaced`, `deploy-failed`; PortError.
 */
export async function deployBySam(sam: string, deployment: Deployment): Promise<DeploymentResult> {
  const { cloudformation } = deployment.clients;
  const { stack } = deployment.target;
  // Found by looking, as what sam prints is for people.
  const earlier = new Set(await openChanges(cloudformation, stack));
  await planBySam(sam, deployment);
  const [planned, ...others] = (await openChanges(cloudformation, stack)).filter((id) => !earlier.has(id));
  if (planned === undefined) return "unchanged";
  if (others.length > 0) {
    throw new CliError(
      "stack-busy",
      `Somebody else planned a change of ${stack} just now. Nothing was changed: wait for theirs and try again.`,
    );
  }
  const token = `stephooks-${randomUUID()}`;
  await makePlanned(deployment, await readChange(cloudformation, planned), token);
  return "changed";
}

/**
 * What sam says goes to standard error. Values of parameters are in a file that only this user can read and that is
 * removed again: other users see command lines.
 */
async function planBySam(sam: string, deployment: Deployment): Promise<void> {
  const { bundle, identity, manifest, outDir, tags, target, variables } = deployment;
  const templateFile = join(outDir, "template.yaml");
  const { sourceMaps } = bundle;
  writeFileSync(
    templateFile,
    renderTemplate(manifest, { codeUri: "./app", sourceMaps, variables: Object.keys(variables) }),
  );
  const folder = mkdtempSync(join(tmpdir(), "stephooks-sam-"));
  const config = join(folder, "samconfig.toml");
  try {
    writeFileSync(config, samConfig(given(deployment)), { mode: 0o600 });
    const args = [
      ...["deploy", "--template-file", templateFile, "--stack-name", target.stack, "--region", identity.region],
      ...["--s3-bucket", codeBucket(identity), "--s3-prefix", target.stack, "--config-file", config],
      ...["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
      ...["--no-execute-changeset", "--no-confirm-changeset", "--no-fail-on-empty-changeset"],
      ...["--tags", ...Object.entries(tags).map(([name, value]) => `${name}=${value}`)],
    ];
    const code = await exitCodeOf(spawn(sam, args, { stdio: ["ignore", 2, 2] }));
    if (code === 0) return;
    throw new CliError(
      "change-refused",
      `sam deploy ended with ${String(code)} before anything was changed: what it says is above. stephooks deploy --via cloudformation does without it.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for the end also when this process is told to end: Ctrl-C reaches both, and a file is to be removed after it. */
async function exitCodeOf(child: ChildProcess): Promise<unknown> {
  const leaveIt = (): void => {};
  const tellIt = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", leaveIt).on("SIGTERM", tellIt);
  try {
    const [code, signal]: unknown[] = await once(child, "close");
    return code ?? signal;
  } finally {
    process.off("SIGINT", leaveIt).off("SIGTERM", tellIt);
  }
}

/** Parameters that keep their value are left out: SAM keeps them. */
function given({ parameters }: Deployment): Readonly<Record<string, string>> {
  const pairs = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(pairs);
}

/**
 * Whether `sam deploy` hands a value on as it is: it unquotes values itself, and takes a backslash before a quote or a
 * space away, with no way to write one that stays. An empty value it drops.
 */
export function samTakes(value: string): boolean {
  return value !== "" && !/\\(?:["' ]|$)/.test(value);
}

/** A configuration file of `sam deploy` with these values for the template's parameters. */
export function samConfig(parameters: Readonly<Record<string, string>>): string {
  const overrides = Object.entries(parameters).map(([name, value]) => `${name}="${value.replaceAll('"', '\\"')}"`);
  // A JSON text is a basic string of TOML, but for DEL.
  const text = JSON.stringify(overrides.join(" ")).replaceAll("\u007f", String.raw`\u007f`);
  return `version = 0.1\n\n[default.deploy.parameters]\nparameter_overrides = ${text}\n`;
}
