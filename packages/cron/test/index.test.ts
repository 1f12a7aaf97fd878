import * as cron from "@stephooks/cron";
import { expect, test } from "vitest";

test("the package exports these values and no others", () => {
  expect(Object.keys(cron).toSorted()).toEqual([
    "CronError",
    "eventBridgeSchedules",
    "nextMessage",
    "nextTick",
    "parseCron",
    "ticksBetween",
    "ticksOfMessage",
  ]);
});
