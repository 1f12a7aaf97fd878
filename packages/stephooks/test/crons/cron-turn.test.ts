import { memoryAppPorts } from "@stephooks/contracts";
import { expect, test } from "vitest";
import { takeTurn } from "../../src/crons/cron-turn.ts";

const DAY = 86_400_000;

/** The ports at a time. */
function at(now: number, ports = memoryAppPorts()) {
  return { ...ports, clock: { ...ports.clock, now: () => now } };
}

test("a run that is not stored yet keeps the turn as long as its message can live, and no longer", async () => {
  const ports = memoryAppPorts();
  expect(await takeTurn("j", "one", at(0, ports))).toEqual({ mine: true });
  expect(await takeTurn("j", "one", at(5, ports))).toEqual({ mine: true });
  expect(await takeTurn("j", "two", at(15 * DAY - 1, ports))).toEqual({ mine: false, holder: "one" });
  expect(await takeTurn("j", "two", at(15 * DAY, ports))).toEqual({ mine: true });
});

test("of twenty runs at once one gets the turn", async () => {
  const ports = at(0);
  const turns = await Promise.all(Array.from({ length: 20 }, (_, index) => takeTurn("j", `run-${index}`, ports)));
  expect(turns.filter(({ mine }) => mine)).toHaveLength(1);
});
