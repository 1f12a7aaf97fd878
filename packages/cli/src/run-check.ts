import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type AppManifest, isCodedError } from "@stephooks/core";
import {
  codeFrame,
  type Finding,
  type FindingLevel,
  levelOf,
  type ReadFile,
  type WorkflowGraph,
} from "@stephooks/graph";
import { renderTemplate } from "@stephooks/sam";
import { awsQuotas } from "./aws-quotas.ts";
import { manifestOf } from "./build-app.ts";
import { type Bundle, bundleApp } from "./bundle-app.ts";
import type { StackOptions } from "./deploy/stack-target.ts";
import { findEntry, rootOf } from "./find-entry.ts";
import { bundleHere } from "./framework/bundle-here.ts";
import { readSources, sourceReader } from "./read-sources.ts";
import { jsonText, printText } from "./printable.ts";

/** A finding of the workflows, or of the app as a whole: then with the code of its error and no workflow. */
export interface CheckFinding extends Omit<Finding, "code"> {
  readonly code: string;
  readonly level: FindingLevel;
}

/**
 * `stephooks check`: the workflows' source, then the app as `build` would make it; with a stage also whether instances
 * there stand on steps that are gone. The exit code tells whether there is an error.
 */
export async function runCheck(given: string, options: StackOptions): Promise<void> {
  const entry = findEntry(given);
  const readFile = sourceReader();
  const { findings: inSource, workflows } = checkSource(entry, readFile);
  const isUnreadable = inSource.some(({ code }) => code === UNREADABLE);
  const ofStage = options.stage === undefined && options.stack === undefined ? undefined : options;
  const stranded = async (manifest: AppManifest): Promise<readonly CheckFinding[]> =>
    ofStage ? strandedFindings(given, manifest, ofStage, { entry, workflows }) : [];
  const findings = isUnreadable
    ? inSource
    : [...inSource, ...(await checkApp({ entry, root: rootOf(given, entry) }, inSource.filter(isError), stranded))];
  printText(options.json ? asJson(findings) : asText(findings, readFile));
  if (findings.some(isError)) process.exitCode = 1;
}

/** Code of the error when a file cannot be parsed. */
const UNREADABLE = "unreadable-source";

interface CheckedSource {
  readonly findings: readonly CheckFinding[];
  readonly workflows: readonly WorkflowGraph[];
}

/** What is wrong with the workflows, or the one place where the source is no program. */
function checkSource(entry: string, readFile: ReadFile): CheckedSource {
  try {
    const { findings, workflows } = readSources(entry, readFile);
    return { findings: findings.map((one) => ({ ...one, level: levelOf(one.code) })), workflows };
  } catch (error) {
    if (!isCodedError(error) || error.code !== UNREADABLE) throw error;
    const { column, line } = error.details;
    const place = { line: Number(line ?? 1), column: Number(column ?? 1) };
    return { findings: [{ ...finding(UNREADABLE, error.message, entry), ...place }], workflows: [] };
  }
}

/** WF111. A step that is gone has no line: the finding stands where its workflow is created, or at the entry. */
async function strandedFindings(
  given: string,
  manifest: AppManifest,
  options: StackOptions,
  { entry, workflows }: { readonly entry: string; readonly workflows: readonly WorkflowGraph[] },
): Promise<readonly CheckFinding[]> {
  const { strandedSteps } = await import("./deploy/stranded-steps.ts");
  const live = await strandedSteps(given, manifest, options);
  return live.map(({ instances, step, workflow }) => {
    const place = workflows.find(({ name }) => name === workflow)?.place;
    const count = instances === 1 ? "1 live instance stands" : `${instances} live instances stand`;
    const message = `Step "${step}" was removed or renamed, and ${count} on it: deploy refuses this. Keep the step until they have ended, or cancel them.`;
    return { ...finding("WF111", message, entry), workflow, step, ...place };
  });
}

function asJson(findings: readonly CheckFinding[]): string {
  const rows = findings.map(({ code, file, line, message, step, workflow }) => ({
    code,
    workflow,
    step,
    file,
    line,
    message,
  }));
  return `${jsonText({ findings: rows })}\n`;
}

/** What is wrong with the app as a whole is an error. */
function isError({ level }: CheckFinding): boolean {
  return level === "error";
}

function asText(findings: readonly CheckFinding[], readFile: ReadFile): string {
  const blocks = findings.map((found) => {
    const { code, column, file, line, message } = found;
    const text = readFile(file);
    const hasPlace = found.workflow !== "" || code === UNREADABLE;
    const frame = text === undefined || !hasPlace ? "" : `${codeFrame(text, line, column)}\n`;
    return `${isError(found) ? "error" : "warning"} ${code}  ${file}:${line}:${column}\n${message}\n${frame}`;
  });
  const count = findings.filter(isError).length;
  const summary = `${counted(count, "error")}, ${counted(findings.length - count, "warning")}\n`;
  return findings.length === 0 ? "No findings.\n" : `${blocks.join("\n")}\n${summary}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

interface CheckedApp {
  readonly entry: string;
  readonly root: string;
}

/** Bundles the app, loads it and renders its template, as `build` does; what stands in the way is a finding. */
async function checkApp(
  app: CheckedApp,
  known: readonly CheckFinding[],
  more: (manifest: AppManifest) => Promise<readonly CheckFinding[]>,
): Promise<readonly CheckFinding[]> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-check-"));
  try {
    const built = await builtApp(app, outDir, known);
    if ("findings" in built) return built.findings;
    const { bundle, manifest, template } = built;
    const { entry } = app;
    return [...(await limitsOf(bundle, entry, outDir)), ...templateLimits(template, entry), ...(await more(manifest))];
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

interface BuiltApp {
  readonly bundle: Bundle;
  readonly manifest: AppManifest;
  readonly template: string;
}

async function builtApp(
  { entry, root }: CheckedApp,
  outDir: string,
  known: readonly CheckFinding[],
): Promise<BuiltApp | { readonly findings: readonly CheckFinding[] }> {
  try {
    const bundle = await bundleHere({ entry, root, outDir });
    const manifest = await manifestOf(bundle);
    return { bundle, manifest, template: renderTemplate(manifest, { codeUri: "app" }) };
  } catch (error) {
    const code = isCodedError(error) ? error.code : "load-failed";
    // Where the bundle lay that could not be loaded is nobody's concern: it is gone, and elsewhere the next time.
    const isThrown = code === "bundle-failed" || code === "load-failed";
    const thrown = code === "bundle-failed" && error instanceof Error ? error.cause : error;
    // A workflow that is refused when it is registered is among the findings already, with its line.
    if (isCodedError(thrown) && thrown.code === "invalid-definition" && known.length > 0) return { findings: [] };
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { findings: [finding(code, isThrown ? `The app throws when it is loaded: ${message}` : message, entry)] };
  }
}

function finding(code: string, message: string, entry: string): CheckFinding {
  return { code, workflow: "", step: "", file: relative(".", entry), line: 1, column: 1, message, level: "error" };
}

/** More than stephooks can add to an app's own code. Bytes. */
const MOST_FRAMEWORK = 8 * 1_024 * 1_024;

/** The bundle at hand has the app's code alone: where stephooks beside it may be too much, all of it is bundled. */
async function limitsOf(own: Bundle, entry: string, outDir: string): Promise<readonly CheckFinding[]> {
  if (own.bytes <= awsQuotas.code - MOST_FRAMEWORK) return [];
  const { bytes } = await bundleApp({ entry, outDir: join(outDir, "whole") });
  if (bytes <= awsQuotas.code) return [];
  return [
    finding(
      "bundle-too-large",
      `The bundle has ${bytes} bytes; Lambda takes ${awsQuotas.code}. Import less, or keep large files in a bucket.`,
      entry,
    ),
  ];
}

function templateLimits(template: string, entry: string): readonly CheckFinding[] {
  const bytes = Buffer.byteLength(template);
  if (bytes <= awsQuotas.template) return [];
  return [
    finding(
      "template-too-large",
      `The template has ${bytes} bytes; CloudFormation takes ${awsQuotas.template}. Split the app.`,
      entry,
    ),
  ];
}
