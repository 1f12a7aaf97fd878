import { CronError, parseCron } from "@stephooks/cron";
import { nextTick } from "@stephooks/cron/ticks";
import fc from "fast-check";
import { expect, test } from "vitest";

const start = Date.UTC(2026, 0, 1);

function after(expression: string, count = 3): readonly string[] {
  const cron = parseCron(expression);
  const found: string[] = [];
  let at = start;
  while (found.length < count) {
    at = nextTick(cron, at) ?? Number.NaN;
    found.push(new Date(at).toISOString());
  }
  return found.map((text) => text.replace(":00.000Z", "").replace(".000Z", ""));
}

test("an expression of five fields fires in minutes, one of six in seconds", () => {
  expect(after("*/20 * * * *")).toEqual(["2026-01-01T00:20", "2026-01-01T00:40", "2026-01-01T01:00"]);
  expect(after("*/40 59 23 * * *")).toEqual(["2026-01-01T23:59", "2026-01-01T23:59:40", "2026-01-02T23:59"]);
});

test("names, lists, ranges, steps, Sunday as 0 and 7", () => {
  expect(after("0 9 * jan-mar/2 MON,fri")).toEqual(["2026-01-02T09:00", "2026-01-05T09:00", "2026-01-09T09:00"]);
  expect(after("0 0 * * 7")).toEqual(after("0 0 * * 0"));
  expect(after("0 0 * * FRI-SUN")).toEqual(["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"]);
  expect(after("5,10-20/5 1-2 ? * *", 5).at(-1)).toBe("2026-01-01T02:05");
});

test("a day of month and a day of week mean either", () => {
  expect(after("0 0 13 * 5", 4)).toEqual([
    "2026-01-02T00:00",
    "2026-01-09T00:00",
    "2026-01-13T00:00",
    "2026-01-16T00:00",
  ]);
});

test("last days, nearest working days and numbered days", () => {
  expect(after("0 0 L * ?")).toEqual(["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"]);
  // 1 February 2026 is a Sunday, 1 August a Saturday.
  expect(after("0 0 1W 2,8 *", 2)).toEqual(["2026-02-02T00:00", "2026-08-03T00:00"]);
  expect(after("0 0 * * FRI#2")).toEqual(["2026-01-09T00:00", "2026-02-13T00:00", "2026-03-13T00:00"]);
  expect(after("0 0 * * 5L")).toEqual(["2026-01-30T00:00", "2026-02-27T00:00", "2026-03-27T00:00"]);
});

test.each([
  ["", "is empty"],
  ["* * * *", "has 4 fields"],
  ["* * * * * * *", "a year cannot follow"],
  ["@daily", "0 0 * * *"],
  ["*/0 * * * *", "A step is 1 to 59"],
  ["99 * * * *", "Use 0 to 59"],
  ["5/10 * * * *", "such as 5-59/10"],
  ["* * 0 * *", "Use 1 to 31"],
  ["* * * 13 *", "JAN to DEC"],
  ["* * * * FRI-MON", "begins with its smaller end"],
  ["1,,2 * * * *", "is no minutes"],
  ["? * * * *", "is no minutes"],
  ["* * * * 1#6", "stand alone"],
  [`${"1,".repeat(200)}1 * * * *`, "256 characters"],
])("%j is refused and says what to write", (expression, advice) => {
  const refused = refusal(() => parseCron(expression));
  expect(["invalid-expression", "unsupported-expression"]).toContain(refused.code);
  expect(refused.message).toContain(advice);
});

test.each([
  ["0 0 LW * *", "L and a look at the date"],
  ["0 0 L-3 * *", "stand alone"],
  ["0 0 1,L * *", "several app.job"],
  ["0 0 31W * *", "Use 28W"],
  ["0 0 * * L", "write SAT"],
  ["0 0 * * MON#1,FRI#2", "several app.job"],
  ["0 0 * * MON,FRIL", "several app.job"],
])("%j, which EventBridge cannot say, is refused and says what to write", (expression, advice) => {
  const refused = refusal(() => parseCron(expression));
  expect(refused.code).toBe("unsupported-expression");
  expect(refused.message).toContain(advice);
});

test.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *"])("%j, which no date meets, is refused", (expression) => {
  expect(refusal(() => parseCron(expression)).code).toBe("never-fires");
});

test("29 February and a day of week beside an impossible day do fire", () => {
  expect(after("0 0 29 2 *", 1)).toEqual(["2028-02-29T00:00"]);
  expect(after("0 0 30 2 MON", 1)).toEqual(["2026-02-02T00:00"]);
});

test("a time zone is an IANA name, written as IANA does", () => {
  expect(parseCron("0 0 * * *", "europe/berlin").timeZone).toBe("Europe/Berlin");
  expect(parseCron("0 0 * * *").timeZone).toBe("UTC");
  for (const zone of ["Mars/Olympus", "+02:00", "", "${x}"]) {
    expect(refusal(() => parseCron("0 0 * * *", zone)).code).toBe("unknown-time-zone");
  }
});

test("any text is read or refused with a code, in no time", () => {
  const piece = fc.constantFrom(
    "*",
    "0",
    "7",
    "59",
    "60",
    "L",
    "W",
    "#",
    "?",
    "/",
    "-",
    ",",
    " ",
    "MON",
    "FEB",
    "€",
    "99",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (expression) => {
      try {
        nextTick(parseCron(expression), start);
      } catch (error) {
        expect(error).toBeInstanceOf(CronError);
      }
    }),
    { numRuns: 2_000 },
  );
});

function refusal(act: () => unknown): CronError {
  try {
    act();
  } catch (error) {
    if (error instanceof CronError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
