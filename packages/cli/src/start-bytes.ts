import type { Metafile } from "esbuild";

/** Bytes of an output and of all it imports statically, which is what a process loads that imports it. */
export function startBytes({ outputs }: Pick<Metafile, "outputs">, entry: string): number {
  const loaded = new Set([entry]);
  // The set grows while it is gone through.
  for (const name of loaded) {
    for (const { external, kind, path } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) loaded.add(path);
    }
  }
  return [...loaded].reduce((sum, name) => sum + (outputs[name]?.bytes ?? 0), 0);
}
