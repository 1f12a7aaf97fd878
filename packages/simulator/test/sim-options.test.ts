import { expect, test } from "vitest";
import { parseSimOptions } from "../src/sim-options.ts";
import { profileNames } from "../src/profiles.ts";

test("without arguments every profile runs, each seed twice", () => {
  expect(parseSimOptions([])).toEqual({ profiles: profileNames, from: 0, seeds: 3_500, once: false, keep: false });
});

test("a replay names its seed and the opportunities of its faults", () => {
  expect(parseSimOptions(["--profile", "zombie", "--seed", "5", "--only", "3,8"])).toMatchObject({
    profiles: ["zombie"],
    seed: 5,
    only: [3, 8],
  });
  expect(parseSimOptions(["--seed", "5", "--only", ""])).toMatchObject({ only: [] });
});

test("what it does not know is refused with the usage", () => {
  expect(parseSimOptions(["--profile", "stormy"])).toMatch(/No profile "stormy". Use: pnpm sim/);
  expect(parseSimOptions(["--seeds", "many"])).toMatch(/"many" is no number/);
  expect(parseSimOptions(["--unknown"])).toMatch(/Use: pnpm sim/);
});
