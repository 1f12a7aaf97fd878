import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isRecord } from "@stephooks/core";

export interface SamReport {
  /** What cfn-lint says about the SAM template and about the transformed one. */
  readonly source: readonly string[];
  readonly transformed: readonly string[];
  /** Resources after the SAM transform. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Why the transform refused; empty when it did not. */
  readonly failure: string;
}

/** Why the tools cannot run here, or undefined when they can. They are AWS's own and written in Python. */
export function samToolsMissing(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import cfnlint, samtranslator"], { stdio: "ignore" });
  return status === 0
    ? undefined
    : "python3 cannot import cfnlint and samtranslator (pip: cfn-lint, aws-sam-translator)";
}

/** A report per template, in order; one process for all, because the tools take seconds to load. */
export function checkTemplates(templates: readonly string[]): SamReport[] {
  const script = fileURLToPath(new URL("check_template.py", import.meta.url));
  // The transform asks the AWS SDK for a region, and only for that.
  const env = { ...process.env, AWS_DEFAULT_REGION: "eu-central-1" };
  const input = JSON.stringify(templates);
  const { status, stdout, stderr } = spawnSync("python3", [script], { input, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`check_template.py failed: ${stderr}`);
  const reports: unknown = JSON.parse(stdout);
  if (!Array.isArray(reports)) throw new Error(`unexpected output: ${stdout}`);
  return reports.map(samReport);
}

function samReport(report: unknown): SamReport {
  if (!isRecord(report) || !isRecord(report["resources"])) throw new Error("a report has no resources");
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const { resources, source, transformed, failure } = report;
  return { source: texts(source), transformed: texts(transformed), resources, failure: String(failure) };
}
