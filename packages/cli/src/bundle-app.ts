import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type BuildFailure, context, formatMessages, type Message, type PartialMessage } from "esbuild";
import { awsModulesPlugin } from "./aws-modules-plugin.ts";
import { builtinModulesPlugin } from "./builtin-modules-plugin.ts";
import { bundleSettings } from "./bundle-settings.ts";
import { CliError } from "./cli-error.ts";
import type { Framework } from "./framework/dev-framework.ts";
import { frameworkPlugin, isKeptFilestore } from "./framework/framework-plugin.ts";
import { type InputSize, inputSizes } from "./input-sizes.ts";
import { keepMaps, type SourceMaps } from "./maps/keep-maps.ts";
import { type BundleFile, bundleFiles, type MapKind, mergeStart } from "./merge-start.ts";
import { Preamble, preambleModule } from "./preamble.ts";
import { copySwaggerUi } from "./copy-source.ts";
import { stephooksPlugin } from "./stephooks-plugin.ts";
import { withoutNeedlessNames } from "./without-needless-names.ts";

export interface BundleOptions {
  /** The app's entry file: TypeScript or JavaScript, ending with `export default app.init()`. */
  readonly entry: string;
  /** Folder that receives `index.mjs`. */
  readonly outDir: string;
  /** Shortens the code: for comparisons of size. It loads no faster for that, and stacks would tell less. */
  readonly minify?: boolean;
  /** Writes source maps beside the files, without the sources. Default false. */
  readonly sourceMaps?: boolean;
  /** Folder that keeps source maps, unless they are beside the files; stacks say which are theirs. Default: none does. */
  readonly mapsIn?: string;
  /** Spends as much time again to have the function start sooner: for what is deployed. Default false. */
  readonly lean?: boolean;
}

export interface Bundle {
  /** Exports `handler`. */
  readonly file: string;
  readonly bytes: number;
  /** Of these, what is loaded when the function starts; all else when it is first used. */
  readonly startBytes: number;
  /** Where the bytes come from, the largest first. */
  readonly inputs: readonly InputSize[];
  /** Every file it was made of, absolute. */
  readonly sources: readonly string[];
  /** Whether the app uses `filestore`, which no registration tells. */
  readonly usesFilestore: boolean;
  /** Whether source maps are beside the files. */
  readonly sourceMaps: boolean;
  /** What `mapsIn` keeps of it. */
  readonly keptMaps?: SourceMaps;
}

/** Bundles one app again and again; what has not changed is not read again. */
export interface Bundler {
  /** @throws CliError `build-failed` with the findings and their places. */
  bundle(outDir: string): Promise<Bundle>;
  dispose(): Promise<void>;
}

/**
 * Bundles an app and everything it imports into modules of which `index.mjs` exports `handler`, as Lambda wants it.
 * What is imported dynamically is in `chunks`. Imports of `codehooks-js` get stephooks.
 *
 * @throws CliError `build-failed` with the findings and their places.
 */
export async function bundleApp({ entry, outDir, ...shape }: BundleOptions): Promise<Bundle> {
  const bundler = await createBundler(entry, shape);
  try {
    return await bundler.bundle(outDir);
  } finally {
    await bundler.dispose();
  }
}

interface BundleShape extends Pick<BundleOptions, "lean" | "mapsIn" | "minify" | "sourceMaps"> {
  /** Adds what `stephooks dev` lets tools ask of the app; a bundle that is deployed has none of it. */
  readonly control?: boolean;
  /** Leaves out what this answers, if anything, which the bundle then imports: for bundles that stay on this machine. */
  readonly framework?: () => Promise<Framework | undefined>;
}

/** What it bundles again and again is written to a folder that the caller names each time. */
export async function createBundler(entry: string, shape: BundleShape = {}): Promise<Bundler> {
  const folder = dirname(resolve(entry));
  const preamble = new Preamble(folder);
  let framework: Framework | undefined;
  const made = await contextOf(resolve(entry), preamble, shape, shape.framework && (() => framework));
  return {
    bundle: async (outDir) => {
      try {
        framework = await shape.framework?.();
        const bundle = await bundleWith(made, preamble, {
          folder,
          outDir: resolve(outDir),
          lean: shape.lean ?? false,
          minify: shape.minify ?? false,
          sourceMaps: shape.sourceMaps ?? false,
          mapsIn: shape.mapsIn,
        });
        return { ...bundle, sources: [...bundle.sources, ...(framework?.sources ?? [])] };
      } catch (error) {
        throw isBuildFailure(error) ? await buildFailed(entry, error) : error;
      }
    },
    dispose: () => made.dispose(),
  };
}

function contextOf(
  entry: string,
  preamble: Preamble,
  { control = false, mapsIn, minify = false, sourceMaps = false }: BundleShape,
  framework: (() => Framework | undefined) | undefined,
) {
  const folder = dirname(entry);
  return context({
    ...bundleSettings(),
    stdin: {
      contents: handlerModule(basename(entry)) + (control ? controlModule : ""),
      resolveDir: folder,
      sourcefile: "stephooks-handler.mjs",
    },
    // The files are written by us: each build of `dev` goes to a folder of its own.
    outdir: folder,
    entryNames: "index",
    absWorkingDir: folder,
    plugins: [
      ...(framework === undefined ? [] : [frameworkPlugin(framework, folder)]),
      stephooksPlugin(folder),
      awsModulesPlugin(),
      builtinModulesPlugin(),
      preamble.plugin,
    ],
    minify,
    sourcemap: mapKind({ mapsIn, sourceMaps }),
    sourcesContent: false,
  });
}

interface Target {
  /** Where esbuild works. */
  readonly folder: string;
  readonly outDir: string;
  readonly lean: boolean;
  readonly minify: boolean;
  readonly sourceMaps: boolean;
  readonly mapsIn: string | undefined;
}

function mapKind({ mapsIn, sourceMaps }: Pick<Target, "mapsIn" | "sourceMaps">): MapKind {
  return sourceMaps ? "linked" : mapsIn !== undefined && "external";
}

async function bundleWith(
  bundling: Awaited<ReturnType<typeof contextOf>>,
  preamble: Preamble,
  { folder, lean, mapsIn, minify, outDir, sourceMaps }: Target,
): Promise<Bundle> {
  let { metafile, outputFiles } = await bundling.rebuild();
  const sources = Object.keys(metafile.inputs)
    .filter((input) => input !== "stephooks-handler.mjs" && !/^stephooks(?:-framework)?:/.test(input))
    .map((input) => resolve(folder, input));
  if (preamble.learn(sources)) ({ metafile, outputFiles } = await bundling.rebuild());
  // Chunks of an earlier build have other names, and the app may no longer need what was beside it.
  for (const name of ["chunks", "swagger-ui", "index.mjs.map"])
    rmSync(join(outDir, name), { recursive: true, force: true });
  if (preamble.needsSwaggerUi) copySwaggerUi(join(outDir, "swagger-ui"));
  const made = { folder, metafile, outputFiles };
  const built = lean
    ? (await mergeStart(made, { minify, sourceMaps: mapKind({ mapsIn, sourceMaps }) })).map(withFewerNames)
    : bundleFiles(made);
  const { files, maps: keptMaps } =
    mapsIn === undefined || sourceMaps ? { files: built } : keepMaps(built, folder, mapsIn);
  for (const { name, text } of files) {
    const file = join(outDir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, name.endsWith(".map") ? movedMap(text, join(folder, name), file) : text);
  }
  const code = files.filter(({ name }) => !name.endsWith(".map"));
  return {
    file: join(outDir, "index.mjs"),
    bytes: bytesOf(code),
    startBytes: bytesOf(code.filter(({ isStart }) => isStart)),
    inputs: inputSizes(metafile, folder, ownPackages),
    sources,
    sourceMaps,
    ...(keptMaps === undefined ? {} : { keptMaps }),
    // What nobody uses is left out of the bundle.
    usesFilestore: Object.values(metafile.outputs).some(({ inputs }) =>
      Object.entries(inputs).some(([input, { bytesInOutput }]) => isFilestore(input) && bytesInOutput > 0),
    ),
  };
}

function withFewerNames(file: BundleFile): BundleFile {
  return file.isStart ? { ...file, text: withoutNeedlessNames(file.text) } : file;
}

function isFilestore(input: string): boolean {
  return isKeptFilestore(input) || /\/files\/filestore\.[jt]s$/.test(input);
}

function bytesOf(files: readonly { readonly text: string }[]): number {
  return files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

/** Our packages, inside this repository. */
const ownPackages = `${resolve(import.meta.dirname, "../..").replaceAll("\\", "/")}/`;

/** A source map names its sources as seen from the file it describes, which is not where esbuild would have put it. */
function movedMap(text: string, from: string, to: string): string {
  const map: { sources: string[] } = JSON.parse(text);
  map.sources = map.sources.map((source) => relative(dirname(to), resolve(dirname(from), source)));
  return JSON.stringify(map);
}

/** By the name of all: an app that has an older stephooks has less of it. */
const controlModule = `import * as host from "stephooks/host";
export const control = host.devControl?.(handler);
export const trace = host.devTrace?.(handler);
`;

/**
 * The entry may export its handler by name or by default. What streams is another function of the template. An app that
 * has an older stephooks has nothing to prepare.
 */
function handlerModule(entry: string): string {
  return `import "${preambleModule}";
import * as entry from ${JSON.stringify(`./${entry}`)};
const exported = { ...entry };
export const handler = exported.handler ?? exported.default;
export const streaming = handler?.streaming;
await handler?.prepare?.();
`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

async function buildFailed(entry: string, failure: BuildFailure): Promise<CliError> {
  const findings = await formatMessages(
    failure.errors.map((error) => fromHere(error, dirname(resolve(entry)))),
    { kind: "error", color: false },
  );
  return new CliError(
    "build-failed",
    `${entry} cannot be bundled. Correct what is listed:\n${findings.join("")}`,
    { entry },
    { cause: failure },
  );
}

/** esbuild names files as seen from the app's folder; whoever runs the command looks from another one. */
function fromHere({ location, ...message }: Message, folder: string): PartialMessage {
  if (location === null) return message;
  return { ...message, location: { ...location, file: relative(".", resolve(folder, location.file)) } };
}
