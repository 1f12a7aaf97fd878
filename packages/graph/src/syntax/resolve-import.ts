/** The text of a file, or undefined when there is none. Paths are those that were given, and relative to them. */
export type ReadFile = (path: string) => string | undefined;

const extensions: readonly string[] = [".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".tsx", ".jsx", ".json"];

/** What TypeScript calls a file that its import names as compiled. */
const sourceOf: readonly (readonly [RegExp, string])[] = [
  [/\.js$/, ".ts"],
  [/\.jsx$/, ".tsx"],
  [/\.mjs$/, ".mts"],
  [/\.cjs$/, ".cts"],
];

/** The file that a relative import means: as written, with an extension, or the index of a folder. */
export function resolveImport(from: string, specifier: string, readFile: ReadFile): string | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined;
  const base = joinPath(folderOf(from), specifier);
  const renamed = sourceOf.flatMap(([compiled, source]) =>
    compiled.test(base) ? [base.replace(compiled, source)] : [],
  );
  const spellings = [
    ...(/\.[mc]?[jt]sx?$|\.json$/.test(base) ? [base] : []),
    ...renamed,
    ...extensions.map((extension) => base + extension),
    ...extensions.map((extension) => joinPath(base, `index${extension}`)),
  ];
  return spellings.find((path) => readFile(path) !== undefined);
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "." : file.slice(0, slash) || "/";
}

function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    const above = parts.at(-1);
    if (part === ".." && above !== undefined && above !== "..") parts.pop();
    else parts.push(part);
  }
  return (folder.startsWith("/") ? "/" : "") + parts.join("/");
}
