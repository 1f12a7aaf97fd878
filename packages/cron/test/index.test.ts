import * as cron from "@stephooks/cron";
import * as ticks from "@stephooks/cron/ticks";
import { expect, test } from "vitest";

test("the package exports these values and no others", () => {
  expect(Object.keys(cron).toSorted()).toEqual(["CronError", "eventBridgeSchedules", "parseCron"]);
  expect(Object.keys(ticks).toSorted()).toEqual(["nextMessage", "nextTick", "ticksBetween", "ticksOfMessage"]);
});
