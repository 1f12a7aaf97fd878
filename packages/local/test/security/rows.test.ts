import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { securityRows } from "./rows.ts";

const packages = new URL("../../../", import.meta.url);

describe("the table of security rows", () => {
  test("has each row once, in order", () => {
    const rows = securityRows.map(({ row }) => row);
    expect(rows).toEqual([...new Set(rows)].toSorted((a, b) => a - b));
  });

  const places = securityRows
    .filter(({ state }) => state === "covered")
    .flatMap(({ about, row, where }) => where.map((file) => ({ about, row, file })));

  test.each(places)("$row, $about: has tests in $file", ({ file, row }) => {
    const titles = readFileSync(new URL(file, packages), "utf8").match(
      /"(?:security )?\d[\d, ]*:[^"]*"|"security \d[\d, ]*[^"]*"/g,
    );
    const named = (titles ?? []).flatMap((title) => (/\d[\d, ]*/.exec(title)?.[0] ?? "").split(",").map(Number));
    expect(named).toContain(row);
  });

  test.each(securityRows.filter(({ state }) => state !== "covered"))(
    "$row, $about: says why it has none",
    ({ where }) => {
      expect(where.join()).toMatch(/\w{3}/);
    },
  );
});
