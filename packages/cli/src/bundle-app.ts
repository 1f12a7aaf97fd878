import { basename, dirname, join, relative, resolve } from "node:path";
import { build, type BuildFailure, formatMessages, type Message, type PartialMessage } from "esbuild";
import { CliError } from "./cli-error.ts";

export interface BundleOptions {
  /** The app's entry file: TypeScript or JavaScript, ending with `export default app.init()`. */
  readonly entry: string;
  /** Folder that receives `index.mjs`. */
  readonly outDir: string;
}

export interface Bundle {
  /** Exports `handler`. */
  readonly file: string;
  readonly bytes: number;
}

/**
 * Bundles an app and everything it imports into one module that exports `handler`, as Lambda wants it. Imports of
 * `codehooks-js` get stephooks.
 *
 * @throws CliError `build-failed` with the findings and their places.
 */
export async function bundleApp({ entry, outDir }: BundleOptions): Promise<Bundle> {
  const file = join(resolve(outDir), "index.mjs");
  const path = resolve(entry);
  try {
    const result = await build({
      stdin: {
        contents: handlerModule(basename(path)),
        resolveDir: dirname(path),
        sourcefile: "stephooks-handler.mjs",
      },
      outfile: file,
      // esbuild resolves aliases from here: the app's own copy of stephooks is the one to use.
      absWorkingDir: dirname(path),
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      alias: { "codehooks-js": "stephooks" },
      conditions: workspaceConditions(),
      // Dependencies in CommonJS call require for Node's own modules; an ES module has none.
      banner: {
        js: `import { createRequire as stephooksCreateRequire } from "node:module"; const require = stephooksCreateRequire(import.meta.url);`,
      },
      keepNames: true,
      metafile: true,
      logLevel: "silent",
    });
    const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
    return { file, bytes };
  } catch (error) {
    throw isBuildFailure(error) ? await buildFailed(entry, error) : error;
  }
}

/** The entry may export its handler by name or by default. */
function handlerModule(entry: string): string {
  return `import * as entry from ${JSON.stringify(`./${entry}`)};\nconst exported = { ...entry };\nexport const handler = exported.handler ?? exported.default;\n`;
}

/** Inside this repository packages are bundled from their sources: Node was started with that condition there. */
function workspaceConditions(): string[] {
  const { execArgv } = process;
  const given = execArgv.some(
    (arg, index) => arg === "--conditions=source" || (arg === "source" && execArgv[index - 1] === "--conditions"),
  );
  return given ? ["source"] : [];
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
