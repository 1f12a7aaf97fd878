import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../src/program.ts";

/** Commands that do something, with the words they are called by. */
function leaves(command: Command, words: readonly string[]): { readonly words: string; readonly command: Command }[] {
  if (command.commands.length === 0) return [{ words: words.join(" "), command }];
  return command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

const all = leaves(createProgram(), ["stephooks"]);

describe.each(all)("$words", ({ command, words }) => {
  test("has a help that says what it does and ends with examples of it", () => {
    const help = helpOf(command);
    expect(command.description()).not.toBe("");
    const [, examples = ""] = help.split("\nExamples:\n");
    const lines = examples.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.startsWith(`  ${words}`) || line.includes("stephooks build")).toBe(true);
  });

  test("describes every option and argument", () => {
    for (const option of command.options) expect(option.description).not.toBe("");
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe("");
  });
});

/** What looks at a running app: the same on this machine and deployed. */
const onApps = all.filter(({ command }) => command.options.some(({ long }) => long === "--stage"));

test("every verb on a running app answers as JSON, and takes a stage", () => {
  expect(onApps.length).toBeGreaterThan(20);
  for (const { command } of onApps) {
    const names = command.options.map(({ long }) => long);
    expect(names).toEqual(expect.arrayContaining(["--app", "--stage", "--stack", "--region", "--json"]));
  }
});

test("the page about the command line has a row for every verb on a running app", () => {
  const page = readFileSync(new URL("../../stephooks/docs/cli.md", import.meta.url), "utf8");
  const rows = page
    .split("\n")
    .flatMap((line) => /^\| `(stephooks [a-z ]+)` +\| `(.+)` +\| (?:un)?tried +\|$/.exec(line) ?? []);
  for (const { words } of onApps) {
    expect(rows).toContain(words);
    expect(rows.some((cell) => cell.startsWith(`${words} `))).toBe(true);
  }
});

test("every verb on many things tells their count first", () => {
  const bulk = all.filter(({ command }) => command.options.some(({ long }) => long === "--yes"));
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
