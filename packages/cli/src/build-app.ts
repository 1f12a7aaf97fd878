import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { loadHandler } from "@stephooks/local";
import { renderTemplate } from "@stephooks/sam";
import { type Bundle, bundleApp } from "./bundle-app.ts";

export interface BuildOptions {
  readonly entry: string;
  /** Folder that receives `app/index.mjs` and `template.yaml`. */
  readonly outDir: string;
}

export interface Build {
  readonly bundle: Bundle;
  /** SAM template beside the bundle's folder. */
  readonly template: string;
}

/** Bundles an app and renders its SAM template: everything `sam deploy` needs. @throws CliError `build-failed`. */
export async function buildApp({ entry, outDir }: BuildOptions): Promise<Build> {
  const bundle = await bundleApp({ entry, outDir: join(outDir, "app") });
  const template = join(outDir, "template.yaml");
  const codeUri = `./${relative(dirname(template), dirname(bundle.file))}`;
  writeFileSync(template, await templateOf(bundle.file, codeUri));
  return { bundle, template };
}

/** The SAM template of a bundled app whose code `sam deploy` will find at `codeUri`. */
export async function templateOf(bundle: string, codeUri: string): Promise<string> {
  const { manifest } = await loadHandler(bundle);
  return renderTemplate(manifest, { codeUri });
}
