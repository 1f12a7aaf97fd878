import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildApp } from "@stephooks/cli";
import { isRecord } from "@stephooks/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { schemaFindings } from "../../packages/sam/test/resource-schema.ts";
import { checkTemplates, type SamReport, samToolsMissing } from "../../packages/sam/test/sam-tools.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

/* AWS's own tools on every template there is: those of infra, and the one that build makes of each example app. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const infra = readdirSync(join(root, "infra")).filter((name) => name.endsWith(".yaml"));
const folders = readdirSync(join(root, "apps"));
const apps = folders.filter((name) => existsSync(join(root, "apps", name, "index.ts")));
const names = [...infra.map((name) => `infra/${name}`), ...apps.map((name) => `apps/${name}`)];

const missing = samToolsMissing();
const reports = new Map<string, SamReport>();
const outDir = mkdtempSync(join(tmpdir(), "stephooks-templates-"));

async function templateOf(name: string): Promise<string> {
  if (name.startsWith("infra/")) return uploaded(readFileSync(join(root, name), "utf8"));
  const folder = join(root, name);
  const options = { entry: join(folder, "index.ts"), root: folder, outDir: join(outDir, name) };
  return uploaded(readFileSync((await buildApp(options)).template, "utf8"));
}

/** The transform comes after the upload, which puts this in the place of a folder. */
function uploaded(template: string): string {
  return template.replace(/CodeUri: .+/, "CodeUri: s3://code/app.zip");
}

beforeAll(async () => {
  if (missing !== undefined) return;
  const texts: string[] = [];
  for (const name of names) texts.push(await templateOf(name));
  for (const [index, report] of checkTemplates(texts).entries()) reports.set(names[index] ?? "", report);
});
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

test("every folder of apps is an app that deploys, but the comparison with codehooks", () => {
  expect(folders.filter((name) => !apps.includes(name))).toEqual(["compat"]);
  expect(infra).toEqual(["bootstrap.yaml", "template.yaml"]);
});

describe.each(names)("%s", (name) => {
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  test("is accepted by cfn-lint and the SAM transform, and every resource fits its schema", () => {
    const { failure, resources, source, transformed } = reports.get(name) ?? { resources: {} };
    expect({ failure, source, transformed }).toEqual({ failure: "", source: [], transformed: [] });
    expect(Object.keys(resources).length).toBeGreaterThan(3);
    const findings = Object.values(resources).flatMap((resource) =>
      isRecord(resource) ? schemaFindings(String(resource["Type"]), resource["Properties"]) : ["not a resource"],
    );
    expect(findings).toEqual([]);
  });
});
