import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { documentedShapes } from "./support/documented-shapes.ts";
import { hasOption, leaves } from "./support/leaves.ts";

/** What looks at a running app: the same on this machine and deployed. A graph is read from the source. */
const onApps = leaves.filter((leaf) => hasOption(leaf, "--app") && leaf.words !== "graph");

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
  for (const { words } of leaves) {
    expect(rows).toContain(`stephooks ${words}`);
    expect(rows.some((cell) => cell.startsWith(`stephooks ${words} `))).toBe(true);
  }
});

test("every verb on many things tells their count first", () => {
  const bulk = onApps.filter((leaf) => hasOption(leaf, "--yes"));
  for (const { command } of bulk) expect(command.options.map(({ long }) => long)).toContain("--dry-run");
  expect(bulk.map(({ words }) => words)).toEqual(
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

test("the JSON of every command that has --json is documented, and of no other", () => {
  const documented = [...documentedShapes().keys()].filter((name) => !/^[A-Z]/.test(name));
  const printing = leaves.filter((leaf) => hasOption(leaf, "--json")).map(({ words }) => words);
  expect(documented.toSorted()).toEqual(printing.toSorted());
});
