import type { Node } from "@babel/types";
import type { Place } from "../workflow-graph.ts";

export function placeOf(node: Node, { file }: { readonly file: string }): Place {
  const start = node.loc?.start;
  return { file, line: start?.line ?? 1, column: (start?.column ?? 0) + 1 };
}
