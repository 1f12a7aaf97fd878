import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differences, differencesPage } from "../src/host/index.ts";

const page = readFileSync(new URL("../docs/differences.md", import.meta.url), "utf8");

/** Without what the formatter adds to a table. */
const plain = (text: string): string => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

test("the page says what the data says (pnpm differences renews it)", () => {
  expect(plain(page)).toBe(plain(differencesPage(differences)));
});

test("every difference has an id of its own", () => {
  const ids = differences.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
