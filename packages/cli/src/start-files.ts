import type { Metafile } from "esbuild";

/** An output and all it imports statically, which is what a process loads that imports it. */
export function startFiles({ outputs }: Pick<Metafile, "outputs">, entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  // The set grows while it is gone through.
  for (const name of loaded) {
    for (const { external, kind, path } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) loaded.add(path);
    }
  }
  return loaded;
}
