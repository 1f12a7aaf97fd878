import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../src/program.ts";

/** Commands that do something, with the words they are called by. */
function leaves(command: Command, words: readonly string[]): { readonly words: string; readonly command: Command }[] {
  if (command.commands.length === 0) return [{ words: words.join(" "), command }];
  return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
}

// What a shell asks to complete a line is nobody's to type.
const all = leaves(createProgram(), ["stephooks"]).filter(({ words }) => words !== "stephooks complete");

/** What looks at a running app: the same on this machine and deployed. A graph is read from the source. */
const onApps = all.filter(
  ({ command, words }) => command.options.some(({ long }) => long === "--app") && words !== "stephooks graph",
);

test("every verb on a running app answers as JSON, and takes a stage", () => {
  expect(onApps.length).toBeGreaterThan(20);
  for (const { command } of onApps) {
    const names = command.options.map(({ long }) => long);
    expect(names).toEqual(expect.arrayContaining(["--app", "--stage", "--stack", "--region", "--json"]));
  }
});

test("the page about the command line has a row for every command", () => {
  const page = readFileSync(new URL("../../stephooks/docs/cli.md", import.meta.url), "utf8");
  const rows = page
    .split("\n")
    .flatMap((line) => /^\| `(stephooks [a-z ]+)` +\| `(.+)` +\| (?:(?:un)?tried|local) +\|$/.exec(line) ?? []);
  for (const { words } of all) {
    expect(rows).toContain(words);
    expect(rows.some((cell) => cell.startsWith(`${words} `))).toBe(true);
  }
});

test("every verb on many things tells their count first", () => {
  const bulk = onApps.filter(({ command }) => command.options.some(({ long }) => long === "--yes"));
  for (const { command } of bulk) expect(command.options.map(({ long }) => long)).toContain("--dry-run");
  expect(bulk.map(({ words }) => words.replace("stephooks ", ""))).toEqual(
    expect.arrayContaining([
      "workflow retry",
      "workflow cancel",
      "workflow resume",
      "queue redrive",
      "queue purge",
      "files rm",
    ]),
  );
});
