import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp, templateOf } from "@stephooks/cli";
import { expect, onTestFinished, test } from "vitest";

const infra = fileURLToPath(new URL("../../../infra/template.yaml", import.meta.url));
const entry = fileURLToPath(new URL("../index.ts", import.meta.url));

test("infra/template.yaml is what the parity app renders now (pnpm template renews it)", async () => {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-template-"));
  onTestFinished(() => rmSync(outDir, { recursive: true, force: true }));
  const bundle = await bundleApp({ entry, outDir });
  expect(readFileSync(infra, "utf8")).toBe(await templateOf(bundle, "../apps/parity-check/.stephooks/build/app"));
});
