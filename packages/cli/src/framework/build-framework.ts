import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type AppProgram, appPrograms } from "@stephooks/local";
import { build } from "esbuild";
import { awsModulesPlugin } from "../aws-modules-plugin.ts";
import { builtinModulesPlugin } from "../builtin-modules-plugin.ts";
import { bundleSettings } from "../bundle-settings.ts";
import { stephooksPlugin } from "../stephooks-plugin.ts";

/** A module of the framework as files have it that are loaded by absolute path. */
export interface FrameworkModule {
  readonly file: string;
  readonly exports: readonly string[];
  /** The file that it was made of. */
  readonly source: string;
}

export interface BuiltFramework {
  /** By what is written to import it. */
  readonly modules: Readonly<Record<string, FrameworkModule>>;
  /** The programs of the local stack that load an app: they share with it what both import. */
  readonly programs: Readonly<Record<AppProgram, string>>;
  /** Every file it was made of, absolute. */
  readonly sources: readonly string[];
}

/** What the bundle of an app may import of stephooks, and the name of the file that it gets. */
const entries = {
  stephooks: "stephooks",
  "stephooks/host": "host",
  "stephooks/aws-services": "aws-services",
  "stephooks/media-types": "media-types",
} as const;

/**
 * Bundles the framework as an app in `appFolder` finds it, all of it, into a folder of `target` that is named for the
 * content: what is loaded from there never changes. Rejects as esbuild does.
 */
export async function buildFramework(appFolder: string, target: string): Promise<BuiltFramework> {
  const { metafile, outputFiles } = await build({
    ...bundleSettings(),
    entryPoints: {
      ...Object.fromEntries(Object.entries(entries).map(([name, file]) => [file, name])),
      ...Object.fromEntries(Object.entries(appPrograms()).map(([name, file]) => [programFile(name), file])),
    },
    outdir: appFolder,
    absWorkingDir: appFolder,
    plugins: [stephooksPlugin(appFolder), awsModulesPlugin(), builtinModulesPlugin()],
  });
  const files = outputFiles.map(({ contents, path }) => ({ contents, path: relative(appFolder, path) }));
  const folder = join(target, nameOf(files));
  writeOnce(folder, files);
  const modules = Object.entries(entries).map(([name, file]): [string, FrameworkModule] => {
    const { entryPoint = "", exports = [] } = metafile.outputs[`${file}.mjs`] ?? {};
    return [name, { file: join(folder, `${file}.mjs`), exports, source: resolve(appFolder, entryPoint) }];
  });
  const programOf = (name: AppProgram): string => join(folder, `${programFile(name)}.mjs`);
  return {
    modules: Object.fromEntries(modules),
    programs: { http: programOf("http"), manifest: programOf("manifest"), worker: programOf("worker") },
    sources: Object.keys(metafile.inputs)
      .map((input) => resolve(appFolder, input))
      .filter((file) => existsSync(file)),
  };
}

function programFile(name: string): string {
  return `processes/${name}`;
}

interface OutputFile {
  readonly contents: Uint8Array;
  readonly path: string;
}

function nameOf(files: readonly OutputFile[]): string {
  const hash = createHash("sha256");
  for (const { contents, path } of files) hash.update(`${path} ${contents.byteLength} `).update(contents);
  return hash.digest("hex").slice(0, 16);
}

/** All files or none: another process may be at the same, or be ended in the middle. */
function writeOnce(folder: string, files: readonly OutputFile[]): void {
  if (existsSync(folder)) return;
  const fresh = `${folder}.${process.pid}`;
  for (const { contents, path } of files) {
    const file = join(fresh, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true });
  }
}
