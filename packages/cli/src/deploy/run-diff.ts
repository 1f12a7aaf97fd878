import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createControlPlaneClients } from "@stephooks/aws/deploy";
import { buildApp } from "../build-app.ts";
import { changesSomething } from "./compare-facts.ts";
import { planDeployment } from "./plan-deployment.ts";
import { planAsData, planAsText } from "./print-plan.ts";
import { appTarget, type StackOptions } from "./stack-target.ts";
import { jsonText, printText } from "../printable.ts";

/** `stephooks diff`: what a deployment would change, and nothing of what it would not. Reads only. */
export async function runDiff(given: string, options: StackOptions): Promise<void> {
  const target = appTarget(given, options);
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-diff-"));
  const place = options.region === undefined ? {} : { region: options.region };
  const clients = createControlPlaneClients(place);
  try {
    const { manifest } = await buildApp({ entry: target.entry, root: target.root, outDir, stays: true });
    const plan = await planDeployment(clients, target, manifest, { offline: false, ...place });
    const data = { changed: changesSomething(plan.lines), ...planAsData(plan) };
    printText(options.json ? `${jsonText(data)}\n` : planAsText(plan, false));
  } finally {
    clients.destroy();
    rmSync(outDir, { recursive: true, force: true });
  }
}
