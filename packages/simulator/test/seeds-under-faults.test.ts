import { test } from "vitest";
import { expectNoViolations } from "./expect-no-violations.ts";

test.each(["no-crash", "all", "zombie"] as const)(
  "no invariant breaks and every run can be repeated: %s",
  { timeout: 240_000 },
  expectNoViolations,
);
