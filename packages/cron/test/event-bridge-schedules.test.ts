import { CronError, eventBridgeSchedules, parseCron } from "@stephooks/cron";
import { nextTick, ticksBetween, ticksOfMessage } from "@stephooks/cron/ticks";
import { Cron } from "croner";
import fc from "fast-check";
import { expect, test } from "vitest";
import { firings } from "./event-bridge-evaluator.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const expressionsOf = (expression: string, zone?: string): readonly string[] =>
  eventBridgeSchedules(parseCron(expression, zone)).map((schedule) => schedule.expression);

test.each([
  ["* * * * *", ["cron(* * * * ? *)"]],
  ["*/15 * * * *", ["cron(0/15 * * * ? *)"]],
  ["0 9 * * MON-FRI", ["cron(0 9 ? * MON,TUE,WED,THU,FRI *)"]],
  ["0 9 * * 0", ["cron(0 9 ? * SUN *)"]],
  ["0 0 13 * 5", ["cron(0 0 13 * ? *)", "cron(0 0 ? * FRI *)"]],
  ["0 0 L * ?", ["cron(0 0 L * ? *)"]],
  ["0 0 15W 1-3 *", ["cron(0 0 15W 1-3 ? *)"]],
  ["0 0 * * FRIL", ["cron(0 0 ? * 6L *)"]],
  ["0 0 * * 2#1", ["cron(0 0 ? * 3#1 *)"]],
  ["10-30/10 8,20 * */5 *", ["cron(10,20,30 8,20 * 1/5 ? *)"]],
])("%j becomes %j", (expression, expected) => {
  expect(expressionsOf(expression)).toEqual(expected);
});

test("a schedule is in the time zone of its cron; one of every hour in UTC, whose clocks are never changed", () => {
  expect(eventBridgeSchedules(parseCron("0 9 * * *", "Europe/Berlin"))).toEqual([
    { expression: "cron(0 9 * * ? *)", timeZone: "Europe/Berlin", kind: "tick" },
  ]);
  expect(eventBridgeSchedules(parseCron("*/5 * * * *", "Europe/Berlin"))[0]?.timeZone).toBe("UTC");
  expect(eventBridgeSchedules(parseCron("*/5 * * * *", "Asia/Kolkata"))[0]?.timeZone).toBe("Asia/Kolkata");
});

test.each([
  ["*/10 * * * * *", "UTC", "cron(* * * * ? *)"],
  ["*/10 5,30 9 * * MON", "UTC", "cron(4,29 9 ? * MON *)"],
  ["*/10 0 9 * * MON", "UTC", "cron(59 * * * ? *)"],
  ["0 5 9 * * *", "Europe/Berlin", "cron(4 * * * ? *)"],
  ["0 5 9 * * *", "Australia/Lord_Howe", "cron(* * * * ? *)"],
])("six fields: %j in %s fires in the minutes before, %s", (expression, zone, expected) => {
  expect(eventBridgeSchedules(parseCron(expression, zone))).toEqual([
    { expression: expected, timeZone: "UTC", kind: "minute" },
  ]);
});

test("a list that would be too long for EventBridge is refused", () => {
  const but = (most: number): string => `0-${most - 2},${most}`;
  const long = parseCron(`${but(59)} ${but(23)} 1-29,31 1-10,12 *`);
  expect(() => eventBridgeSchedules(long)).toThrow(CronError);
  expect(() => eventBridgeSchedules(long)).toThrow(/Split it into two app.job/);
});

const numberIn = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map(String);

function numbersIn(least: number, most: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const one = names.length === 0 ? numberIn(least, most) : fc.oneof(numberIn(least, most), fc.constantFrom(...names));
  const range = fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
    .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: Math.max(2, most - 1) });
  const stepped = fc.tuple(fc.oneof(fc.constant("*"), range), step).map(([base, by]) => `${base}/${by}`);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    { weight: 3, arbitrary: one },
    { weight: 2, arbitrary: stepped },
    { weight: 2, arbitrary: range },
    {
      weight: 2,
      arbitrary: fc.array(fc.oneof(one, range), { minLength: 2, maxLength: 4 }).map((all) => all.join(",")),
    },
  );
}

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekday = fc.oneof(numberIn(0, 7), fc.constantFrom(...weekdays));
const dayOfMonth = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("*", "?") },
  { weight: 3, arbitrary: numbersIn(1, 31) },
  { weight: 1, arbitrary: fc.constant("L") },
  { weight: 1, arbitrary: numberIn(1, 28).map((day) => `${day}W`) },
);
const dayOfWeek = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("*", "?") },
  { weight: 3, arbitrary: numbersIn(0, 7, weekdays) },
  { weight: 1, arbitrary: weekday.map((day) => `${day}L`) },
  { weight: 1, arbitrary: fc.tuple(weekday, numberIn(1, 5)).map(([day, nth]) => `${day}#${nth}`) },
);
const fiveFields = fc
  .tuple(numbersIn(0, 59), numbersIn(0, 23), dayOfMonth, numbersIn(1, 12, months), dayOfWeek)
  .map((fields) => fields.join(" "));
const anyDay = fc.integer({ min: Date.UTC(2024, 0, 1) / DAY, max: Date.UTC(2031, 0, 1) / DAY }).map((day) => day * DAY);

test("EventBridge fires at exactly croner's minutes, for any expression", () => {
  let compared = 0;
  fc.assert(
    fc.property(fiveFields, anyDay, (expression, from) => {
      const schedules = parsed(expression);
      if (!schedules) return;
      const last = from + 800 * DAY;
      const ofCroner = new Cron(expression, { timezone: "UTC" })
        .nextRuns(100, new Date(from - 1_000))
        .map((date) => date.getTime())
        .filter((at) => at < last);
      const fired = new Set(schedules.flatMap(({ expression: text }) => firings(text, from, 800).take(100).toArray()));
      const ofEventBridge = [...fired].toSorted((one, other) => one - other).slice(0, 100);
      expect(ofEventBridge).toEqual(ofCroner);
      compared += ofCroner.length;
    }),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(3_000);
});

test("our ticks of any expression are croner's in UTC", () => {
  fc.assert(
    fc.property(fiveFields, anyDay, (expression, from) => {
      if (!parsed(expression)) return;
      const ours = nextTick(parseCron(expression), from) ?? null;
      expect(ours).toBe(new Cron(expression, { timezone: "UTC" }).nextRun(new Date(from))?.getTime() ?? null);
    }),
    { numRuns: 200 },
  );
});

const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata");
/** Days around changes of the clocks of those zones, and others. */
const nearChange = fc.constantFrom(
  "2026-03-29",
  "2026-10-25",
  "2026-03-08",
  "2026-11-01",
  "2026-04-05",
  "2026-10-04",
  "2026-12-31",
);

test("every tick of a six-field cron has a message in the minute before, in every zone and over changes of the clocks", () => {
  const sixFields = fc
    .tuple(numberIn(0, 59), numbersIn(0, 59), numbersIn(0, 23), fc.constantFrom("*", "29", "1", "L"))
    .map(([second, minute, hour, day]) => `${second} ${minute} ${hour} ${day} * *`);
  fc.assert(
    fc.property(sixFields, zones, nearChange, (expression, zone, day) => {
      const cron = parseCron(expression, zone);
      const from = Date.parse(day) - DAY;
      const messages = new Set(
        eventBridgeSchedules(cron).flatMap(({ expression: text, timeZone }) => {
          expect(timeZone).toBe("UTC");
          return firings(text, from - DAY, 5).toArray();
        }),
      );
      for (const tick of ticksBetween(cron, from, from + 2 * DAY).slice(0, 300)) {
        const message = Math.floor(tick / MINUTE) * MINUTE - MINUTE;
        expect(messages).toContain(message);
        expect(ticksOfMessage(cron, message)).toContain(tick);
      }
    }),
    { numRuns: 100 },
  );
});

/** Undefined for the few that no date meets or that are too long. */
function parsed(expression: string): ReturnType<typeof eventBridgeSchedules> | undefined {
  try {
    return eventBridgeSchedules(parseCron(expression));
  } catch (error) {
    if (error instanceof CronError && ["never-fires", "unsupported-expression"].includes(error.code)) return undefined;
    throw error;
  }
}
