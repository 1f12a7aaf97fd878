import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { regressFolder } from "../src/keep-cases.ts";
import { invariantOf, type RegressCase, replayCase } from "../src/regress.ts";

const files = readdirSync(regressFolder).filter((name) => name.endsWith(".json"));

test.each(files)("a kept case breaks nothing any more: %s", async (name) => {
  const given: RegressCase = JSON.parse(readFileSync(join(regressFolder, name), "utf8"));
  expect((await replayCase(given, "engine")).violations).toEqual([]);
  if (given.mutant === undefined) return;
  // A case that the wrong engine survives tells nothing: `pnpm sim --keep` finds a new one.
  expect(invariantOf(await replayCase(given, "mutant"))).toBe(given.broke);
});
