import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Analysis } from "@stephooks/graph";

/** One case of the corpus: files, and what is to be found in them. */
export interface CorpusCase {
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  readonly expected: readonly string[];
}

const folder = join(import.meta.dirname, "../corpus");

/**
 * The cases: `=== title`, then files as `--- name`, then `--- expect` with `workflow: its steps`, `from -> to kind` and
 * `! code step file:line`. Written by hand from what the code would do, not from what the analysis says.
 */
export function readCorpus(): readonly CorpusCase[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split(/^=== /m).slice(1))
    .map(parseCase);
}

function parseCase(text: string): CorpusCase {
  const [title = "", ...parts] = text.split(/^--- |\n--- /);
  const files = new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end).trim(), part.slice(end + 1)] as const;
    }),
  );
  const expected = (files.get("expect") ?? "").split("\n").filter((line) => line.trim() !== "");
  files.delete("expect");
  return { title: title.trim(), files, expected };
}

/** An analysis in the words of the corpus; edges of one workflow in any order. */
export function inWords({ findings, workflows }: Analysis): readonly string[] {
  return [
    ...workflows.flatMap(({ edges, name, nodes }) => [
      `${name}: ${nodes.join(" ")}`,
      ...edges.map(({ from, kind, to }) => `${from} -> ${to} ${kind}`),
    ]),
    ...findings.map(({ code, file, line, step }) => `! ${code} ${step} ${file}:${line}`),
  ];
}
