import * as testkit from "@stephooks/testkit";
import { expect, test } from "vitest";

test("the testkit exports these values and no others", () => {
  expect(Object.keys(testkit).toSorted()).toEqual([
    "TestkitError",
    "crashTest",
    "deaths",
    "openTokenIssuer",
    "testApp",
  ]);
});
