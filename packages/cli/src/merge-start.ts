import { dirname, posix, relative, resolve } from "node:path";
import { build, type Metafile, type OutputFile, type Plugin } from "esbuild";
import { bundleSettings, requireBanner } from "./bundle-settings.ts";
import { startFiles } from "./start-files.ts";

/** What esbuild made, with the folder it worked in. */
export interface Built {
  readonly folder: string;
  readonly metafile: Metafile;
  readonly outputFiles: readonly OutputFile[];
}

export interface Shape {
  readonly minify: boolean;
  readonly sourceMaps: MapKind;
}

/** Source maps as files: with a line in the code that names them, without, or none. */
export type MapKind = "linked" | "external" | false;

/** A file by its name as seen from the bundle's folder, with slashes. */
export interface BundleFile {
  readonly name: string;
  readonly text: string;
  /** Whether it is loaded when the function starts. */
  readonly isStart: boolean;
}

/** What identifies the entry of the merged chunk. */
const ENTRY = "stephooks:start";

/** As they are. */
export function bundleFiles({ folder, metafile, outputFiles }: Built): BundleFile[] {
  const started = startFiles(metafile, "index.mjs");
  return outputFiles.map(({ path, text }) => {
    const name = nameIn(folder, path);
    return { name, text, isStart: started.has(name) };
  });
}

/**
 * Makes one chunk of all that `index.mjs` imports statically: the parity app starts with a twelfth less CPU for it. Every
 * module is still there once, and evaluated in the same order: what is merged has been evaluated before `index.mjs` is,
 * and without waiting, so that no chunk imported dynamically can come in between. A bundle where one of them waits
 * (`await` outside of a function) stays as it is, and so does one whose imports are not understood.
 */
export async function mergeStart(built: Built, shape: Shape): Promise<readonly BundleFile[]> {
  const files = bundleFiles(built);
  const { outputs } = built.metafile;
  // What is imported dynamically has an entry point, and keeps its file.
  const merged = [...startFiles(built.metafile, "index.mjs")].filter((name) => outputs[name]?.entryPoint === undefined);
  if (merged.length < 2) return files;
  const others = importingFiles(
    files.filter(({ name }) => !merged.includes(name.replace(/\.map$/, ""))),
    built.metafile,
  );
  if (others === undefined) return files;
  const entry = entryOf(
    merged,
    others.find(({ name }) => name === "index.mjs")?.imports ?? [],
    others.flatMap(({ imports }) => imports),
  );
  const start = await startChunk(built.folder, entry, files, shape);
  if (start === undefined) return files;
  const name = start.find(({ isStart }) => isStart)?.name ?? "";
  return [...others.map((file) => withMerged(file, merged, name)), ...start];
}

/** An import of a chunk, and where it stands. */
interface ChunkImport {
  readonly chunk: string;
  readonly names: readonly { readonly imported: string; readonly local: string }[];
  readonly start: number;
  readonly end: number;
}

interface ImportingFile extends BundleFile {
  readonly imports: readonly ChunkImport[];
}

/** What chunks export under one name, the merged one exports under different names. */
function exportOf(merged: readonly string[], chunk: string, name: string): string {
  return `${name}$${merged.indexOf(chunk)}`;
}

/** A module that evaluates what is merged in the order of `first` and exports what others import. */
function entryOf(merged: readonly string[], first: readonly ChunkImport[], all: readonly ChunkImport[]): string {
  const exported = all
    .filter(({ chunk }) => merged.includes(chunk))
    .flatMap(({ chunk, names }) =>
      names.map(
        ({ imported }) =>
          `export { ${imported} as ${exportOf(merged, chunk, imported)} } from ${JSON.stringify(chunk)};`,
      ),
    );
  return [...first.map(({ chunk }) => `import ${JSON.stringify(chunk)};`), ...new Set(exported)].join("\n");
}

/** Undefined when one of the chunks waits. With source maps two files. */
async function startChunk(
  folder: string,
  entry: string,
  files: readonly BundleFile[],
  { minify, sourceMaps }: Shape,
): Promise<readonly BundleFile[] | undefined> {
  try {
    const { outputFiles } = await build({
      ...bundleSettings(),
      entryPoints: [{ in: ENTRY, out: "chunks/start" }],
      entryNames: "[dir]/[name]-[hash]",
      outdir: folder,
      absWorkingDir: folder,
      splitting: false,
      // Within the chunks they are kept.
      keepNames: false,
      supported: { "top-level-await": false },
      plugins: [chunksPlugin(folder, entry, files)],
      minify,
      sourcemap: sourceMaps,
      sourcesContent: false,
    });
    return outputFiles.map(({ path, text }) => {
      const name = nameIn(folder, path);
      return { name, text, isStart: !name.endsWith(".map") };
    });
  } catch (error) {
    if (isWaiting(error)) return undefined;
    throw error;
  }
}

/** The file with its imports of what is merged taken from `start`. */
function withMerged(
  { imports, isStart, name, text }: ImportingFile,
  merged: readonly string[],
  start: string,
): BundleFile {
  const path = posix.relative(posix.dirname(name), start);
  const specifier = JSON.stringify(path.startsWith(".") ? path : `./${path}`);
  const parts: string[] = [];
  let done = 0;
  for (const { chunk, end, names, start: begin } of imports.filter((one) => merged.includes(one.chunk))) {
    const list = names.map(({ imported, local }) => `${exportOf(merged, chunk, imported)} as ${local}`);
    // Source maps stay true: the lines that follow keep their numbers.
    const lines = text.slice(begin, end).replaceAll(/[^\n]/g, "");
    parts.push(text.slice(done, begin), `import { ${list.join(", ")} } from ${specifier};${lines}`);
    done = end;
  }
  return { name, isStart, text: parts.join("") + text.slice(done) };
}

/** Undefined when one imports chunks in a way that is not understood: then the bundle stays as it is. */
function importingFiles(files: readonly BundleFile[], metafile: Metafile): readonly ImportingFile[] | undefined {
  const read = files.map((file) => ({ ...file, imports: file.name.endsWith(".map") ? [] : importsOf(file, metafile) }));
  const known = read.flatMap(({ imports, ...file }) => (imports === undefined ? [] : [{ ...file, imports }]));
  return known.length === read.length ? known : undefined;
}

/** The imports of other chunks, which esbuild writes at the beginning of a file. */
function importsOf({ name: file, text }: BundleFile, { outputs }: Metafile): readonly ChunkImport[] | undefined {
  const found: ChunkImport[] = [];
  const statements = /\s*(import\s*(?:\{([^}]*)\}\s*from\s*)?"(\.{1,2}\/[^"]+)";)/y;
  statements.lastIndex = text.startsWith(requireBanner) ? requireBanner.length : 0;
  for (let match = statements.exec(text); match !== null; match = statements.exec(text)) {
    const [, statement = "", list = "", path = ""] = match;
    const names = list
      .split(",")
      .map((one) => one.trim().split(/\s+as\s+/))
      .map(([imported = "", local = imported]) => ({ imported, local }))
      .filter(({ imported }) => imported !== "");
    const end = statements.lastIndex;
    found.push({ chunk: posix.join(posix.dirname(file), path), names, start: end - statement.length, end });
  }
  const known = outputs[file]?.imports.filter(({ external, kind }) => kind === "import-statement" && external !== true);
  return known?.length === found.length ? found : undefined;
}

/** Reads chunks from memory. What is imported dynamically stays where it is: the merged chunk is beside it. */
function chunksPlugin(folder: string, entry: string, files: readonly BundleFile[]): Plugin {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return {
    name: "stephooks-chunks",
    setup: ({ onLoad, onResolve }) => {
      onResolve({ filter: /^stephooks:/ }, ({ path }) => ({ path, namespace: "stephooks" }));
      onResolve({ filter: /^(?:\.{1,2}|chunks)\// }, ({ importer, kind, namespace, path }) => {
        if (kind === "dynamic-import") return { path, external: true };
        return { path: resolve(namespace === "stephooks" ? folder : dirname(importer), path) };
      });
      onLoad({ filter: /.*/, namespace: "stephooks" }, ({ path }) => ({
        contents: path === ENTRY ? entry : requireModule,
        resolveDir: folder,
      }));
      onLoad({ filter: /[\\/]chunks[\\/][^\\/]+\.mjs$/ }, ({ path }) => {
        const name = nameIn(folder, path);
        return { contents: withInlineMap(texts.get(name) ?? "", texts.get(`${name}.map`)), loader: "js" };
      });
    },
  };
}

/** One for all of them. */
const requireModule = `import { createRequire } from "node:module"; export const require = createRequire(import.meta.url);`;

function withInlineMap(text: string, map: string | undefined): string {
  const code = text.startsWith(requireBanner)
    ? `import { require } from "stephooks:require";${text.slice(requireBanner.length)}`
    : text;
  if (map === undefined) return code;
  const url = `data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  return `${code.replace(/\/\/# sourceMappingURL=\S+\s*$/, "")}//# sourceMappingURL=${url}\n`;
}

function nameIn(folder: string, path: string): string {
  return relative(folder, path).replaceAll("\\", "/");
}

/** Whether all that esbuild has to say is that something waits. */
function isWaiting(error: unknown): boolean {
  if (!(error instanceof Error && "errors" in error && Array.isArray(error.errors))) return false;
  return error.errors.every(({ text }) => /^Top-level await/i.test(String(text)));
}
