import type { Node } from "@babel/types";
import { cellOf } from "../evaluate/heap.ts";
import type { Site } from "../evaluate/machine.ts";
import type { Path } from "../evaluate/path.ts";
import type { SourceModule } from "../evaluate/source-module.ts";
import { alternatives, PROTOTYPE, type Value } from "../evaluate/value.ts";

interface Unstorable {
  readonly message: string;
  readonly node: Node;
  readonly module: SourceModule;
}

const DEEPEST = 6;

/** Values in a state that cannot be stored, or come back as something else. */
export function unstorable(state: Value, path: Path, site: Site): readonly Unstorable[] {
  const found: Unstorable[] = [];
  const visit = (
    value: Value,
    name: string,
    at: { readonly node: Node; readonly module: SourceModule },
    depth: number,
  ): void => {
    if (depth > DEEPEST) return;
    for (const one of alternatives(value)) {
      const complaint = name === "" ? undefined : complaintOf(one);
      if (complaint !== undefined) found.push({ message: `State "${name}" ${complaint}`, ...at });
      const cell = cellOf(one, path);
      if (cell === undefined) continue;
      if (cell.type === "map" || cell.type === "set") {
        const title = cell.type === "map" ? "Map" : "Set";
        found.push({
          message: `State "${name}" is a ${title}, which cannot be stored. Make it a plain ${cell.type === "map" ? "object" : "array"}.`,
          ...at,
        });
        continue;
      }
      for (const [key, inner] of cell.props) {
        const place = cell.places.get(key);
        if (key.startsWith(PROTOTYPE)) continue;
        visit(
          inner,
          name === "" ? key : `${name}.${key}`,
          place ? { node: place.node, module: place.scope.module } : at,
          depth + 1,
        );
      }
      for (const [index, inner] of cell.items.entries()) visit(inner, `${name}[${index}]`, at, depth + 1);
    }
  };
  visit(state, "", site, 0);
  return found;
}

function complaintOf(value: Value): string | undefined {
  if (value.kind === "function" || value.kind === "class" || value.kind === "asker" || value.kind === "method") {
    return "is a function, which cannot be stored. Keep what it needs as data, and define it in the step that calls it.";
  }
  const isBig =
    value.kind === "constant" ? typeof value.value === "bigint" : value.kind === "unknown" && value.symbol === "bigint";
  if (isBig) return "is a BigInt, which cannot be stored. Store String(value), and read BigInt(text) back.";
  if (value.kind !== "unknown") return undefined;
  if (value.symbol === "symbol") return "is a symbol, which cannot be stored. Use a string.";
  if (value.symbol === "opaque") return "is an object that JSON prints as {}. Store its text or its fields.";
  return value.symbol === "date"
    ? "is a Date: it is stored as its ISO text and comes back as a string. Read it with new Date(text)."
    : undefined;
}
