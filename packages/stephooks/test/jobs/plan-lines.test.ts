import type { ReceivedMessage } from "@stephooks/core";
import { expect, test } from "vitest";
import { type Line, planLines } from "../../src/jobs/plan-lines.ts";

const line = (ids: string): Line =>
  ids.split("").map((id): ReceivedMessage => ({ id, body: "", receipt: id, receiveCount: 1 }));
const shown = (messages: Line | undefined): string | undefined => messages?.map(({ id }) => id).join("");

// Lines of a batch, the suspects in it; who runs alone first, which lines run then, and what goes back.
test.for<[readonly string[], string, string | undefined, readonly string[], string]>([
  [["abc", "de"], "", undefined, ["abc", "de"], ""],
  [["abc", "de"], "a", "abc", ["de"], ""],
  [["abc", "de"], "ad", "abc", [], "de"],
  [["abc", "de"], "c", undefined, ["ab", "de"], "c"],
  [["abc", "de"], "ac", "ab", ["de"], "c"],
  [["abc", "de"], "be", undefined, ["a", "d"], "bce"],
  [["abc", "de"], "abcde", "a", [], "bcde"],
])("of %j with the suspects %j: %j alone, then %j; back go %j", ([lines, suspects, alone, side, back]) => {
  const plan = planLines(lines.map(line), new Set(suspects));
  expect([shown(plan.alone), plan.lines.map(shown), shown(plan.back)]).toEqual([alone, side, back]);
});
