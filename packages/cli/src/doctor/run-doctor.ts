import { resolve } from "node:path";
import { type Check, findingsOf } from "./check.ts";
import { deployChecks } from "./deploy-checks.ts";
import { gatherFacts } from "./gather-facts.ts";
import { gitChecks } from "./git-checks.ts";
import { machineChecks } from "./machine-checks.ts";
import { projectChecks } from "./project-checks.ts";
import { jsonText, printText } from "../printable.ts";

export interface DoctorOptions {
  readonly stage?: string;
  readonly json?: true;
}

/** All checks, in the order in which they are told. */
export const checks: readonly Check[] = [...machineChecks, ...projectChecks, ...gitChecks, ...deployChecks];

/** `stephooks doctor`: silent when well, else one line per problem on standard error and exit code 1. */
export async function runDoctor(given: string, options: DoctorOptions): Promise<void> {
  const folder = resolve(given);
  const facts = await gatherFacts(folder);
  // The build goes to the folder of temporary files.
  const canBuild = facts.project.entry !== undefined && facts.machine.tempWritable;
  const [build, stage] = await Promise.all([
    canBuild ? import("./build-facts.ts").then(({ buildFacts }) => buildFacts(given)) : undefined,
    options.stage === undefined
      ? undefined
      : import("./stage-facts.ts").then(({ stageFacts }) => stageFacts(options.stage ?? "", folder)),
  ]);
  const findings = findingsOf(checks, { ...facts, build, stage });
  const problems = findings.filter(({ level }) => level === "problem");
  if (options.json) printText(`${jsonText({ checks: checks.length, findings })}\n`);
  else for (const { code, message } of findings) printText(`${code}: ${message}\n`, process.stderr);
  if (problems.length > 0) process.exitCode = 1;
}
