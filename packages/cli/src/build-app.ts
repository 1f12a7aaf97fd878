import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { AppManifest } from "@stephooks/core";
import { loadHandler } from "@stephooks/local";
import { renderTemplate } from "@stephooks/sam";
import { type Bundle, bundleApp } from "./bundle-app.ts";
import { mapsFolder } from "./maps/keep-maps.ts";
import { copySource } from "./copy-source.ts";
import { bundleHere } from "./framework/bundle-here.ts";

export interface BuildOptions {
  readonly entry: string;
  /** The app's own folder: what it serves is taken from there. */
  readonly root: string;
  /** Folder that receives `app/index.mjs` and `template.yaml`. */
  readonly outDir: string;
  /** Ships source maps, and has the functions use them. Default false. */
  readonly sourceMaps?: boolean;
  /** Makes what is deployed: as `lean` of {@link bundleApp}, with source maps kept in the app's folder. Default false. */
  readonly lean?: boolean;
  /** Nobody deploys it: the code imports what is kept of stephooks on this machine, and is made sooner. Default false. */
  readonly stays?: boolean;
}

export interface Build {
  readonly bundle: Bundle;
  readonly manifest: AppManifest;
  /** SAM template beside the bundle's folder. */
  readonly template: string;
}

/** Bundles an app and renders its SAM template: everything `sam deploy` needs. @throws CliError `build-failed`. */
export async function buildApp({
  entry,
  outDir,
  root,
  lean = false,
  sourceMaps = false,
  stays = false,
}: BuildOptions): Promise<Build> {
  const code = { entry, outDir: join(outDir, "app"), sourceMaps };
  const kept = lean ? { mapsIn: mapsFolder(root) } : {};
  const bundle = await (stays ? bundleHere({ ...code, root }) : bundleApp({ ...code, lean, ...kept }));
  const manifest = await manifestOf(bundle);
  const target = join(dirname(bundle.file), "source");
  copySource({ root, target, wanted: manifest.files?.source ?? [], bundled: bundle.sources });
  const template = join(outDir, "template.yaml");
  const codeUri = `./${relative(dirname(template), dirname(bundle.file))}`;
  writeFileSync(template, renderTemplate(manifest, { codeUri, sourceMaps }));
  return { bundle, manifest, template };
}

/** The SAM template of a bundled app whose code `sam deploy` will find at `codeUri`. */
export async function templateOf(bundle: Bundle, codeUri: string): Promise<string> {
  return renderTemplate(await manifestOf(bundle), { codeUri, sourceMaps: bundle.sourceMaps });
}

/** What the app registered, and what its code tells beyond that: `filestore` reads all of the source, and stores. */
export async function manifestOf({ file, usesFilestore }: Bundle): Promise<AppManifest> {
  const { manifest } = await loadHandler(file);
  return usesFilestore ? { ...manifest, files: { source: ["/"], stored: true } } : manifest;
}
