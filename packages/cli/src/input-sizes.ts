import { relative, resolve } from "node:path";
import type { Metafile } from "esbuild";

/** What one package, or one file of the app, contributes to a bundle. */
export interface InputSize {
  /** Name of the package, or the file's path from the app's folder. */
  readonly name: string;
  readonly bytes: number;
}

/** Where the bytes of a bundle come from, the largest first. */
export function inputSizes({ outputs }: Pick<Metafile, "outputs">, folder: string, own: string): readonly InputSize[] {
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = originOf(input, folder, own);
      sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).toSorted((one, other) => other.bytes - one.bytes);
}

/** `own` is the folder of our packages: inside this repository they are not in `node_modules`. */
function originOf(input: string, folder: string, own: string): string {
  if (input === "stephooks-handler.mjs" || input.startsWith("stephooks:")) return "stephooks";
  const path = resolve(folder, input).replaceAll("\\", "/");
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  if (installed !== undefined) return installed;
  return path.startsWith(own) ? "stephooks" : relative(folder, resolve(folder, input)).replaceAll("\\", "/");
}
