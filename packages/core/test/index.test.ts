import { expect, test } from "vitest";
import * as core from "@stephooks/core";

test("the package exports these values and no others", () => {
  expect(Object.keys(core).toSorted()).toEqual([
    "CodedError",
    "HISTORY_LENGTH",
    "MAX_DELAY_SECONDS",
    "MAX_STORED_BYTES",
    "PortError",
    "StateError",
    "applyHeadUpdate",
    "applyStateWrite",
    "assertStorableSize",
    "decodeState",
    "defaultRetryPolicy",
    "encodeState",
    "encodeWorkMessage",
    "hasEnded",
    "isCodedError",
    "isInstanceId",
    "isLogLevel",
    "isRecord",
    "jsonLogger",
    "meetsCondition",
    "parseDuration",
    "parseEntry",
    "parseWorkMessage",
    "randomHex",
    "retryDelay",
    "silentLogger",
    "stateBytes",
    "systemClock",
    "systemRandom",
  ]);
});
