import { parseCron } from "@stephooks/cron";
import { nextMessage, nextTick, ticksBetween, ticksOfMessage } from "@stephooks/cron/ticks";
import { expect, test } from "vitest";

const at = (text: string): number => Date.parse(text);
const shown = (ticks: readonly number[]): readonly string[] => ticks.map((tick) => new Date(tick).toISOString());

test("a tick is after the instant that was asked about, never at it", () => {
  const hourly = parseCron("0 * * * *");
  expect(nextTick(hourly, at("2026-03-01T09:59:59.999Z"))).toBe(at("2026-03-01T10:00:00Z"));
  expect(nextTick(hourly, at("2026-03-01T10:00:00Z"))).toBe(at("2026-03-01T11:00:00Z"));
  expect(nextTick(hourly, at("2026-03-01T10:00:00.001Z"))).toBe(at("2026-03-01T11:00:00Z"));
});

test("a span includes the tick at its beginning and not the one at its end", () => {
  const ticks = ticksBetween(parseCron("0 * * * *"), at("2026-03-01T10:00:00Z"), at("2026-03-01T12:00:00Z"));
  expect(shown(ticks)).toEqual(["2026-03-01T10:00:00.000Z", "2026-03-01T11:00:00.000Z"]);
});

test("times are those of the time zone, in summer and in winter", () => {
  const nine = parseCron("0 9 * * *", "Europe/Berlin");
  expect(nextTick(nine, at("2026-01-10T00:00:00Z"))).toBe(at("2026-01-10T08:00:00Z"));
  expect(nextTick(nine, at("2026-07-10T00:00:00Z"))).toBe(at("2026-07-10T07:00:00Z"));
  expect(nextTick(parseCron("0 9 * * *", "Asia/Kolkata"), at("2026-07-10T00:00:00Z"))).toBe(at("2026-07-10T03:30:00Z"));
});

test("a time that the clocks leave out in spring is no tick", () => {
  const ticks = ticksBetween(
    parseCron("30 2 * * *", "Europe/Berlin"),
    at("2026-03-28T00:00Z"),
    at("2026-03-31T00:00Z"),
  );
  expect(shown(ticks)).toEqual(["2026-03-28T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]);
});

test("a time that the clocks show twice in autumn is one tick, the first time", () => {
  const berlin = ticksBetween(
    parseCron("30 2 * * *", "Europe/Berlin"),
    at("2026-10-24T12:00Z"),
    at("2026-10-26T12:00Z"),
  );
  expect(shown(berlin)).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
  const list = ticksBetween(
    parseCron("*/30 1-3 * * *", "Europe/Berlin"),
    at("2026-10-24T22:00Z"),
    at("2026-10-25T03:00Z"),
  );
  expect(shown(list)).toEqual([
    "2026-10-24T23:00:00.000Z",
    "2026-10-24T23:30:00.000Z",
    "2026-10-25T00:00:00.000Z",
    "2026-10-25T00:30:00.000Z",
    "2026-10-25T02:00:00.000Z",
    "2026-10-25T02:30:00.000Z",
  ]);
});

test("asked within the repeated hour, the next tick is after it", () => {
  const cron = parseCron("*/30 1-3 * * *", "Europe/Berlin");
  expect(nextTick(cron, at("2026-10-25T01:10:00Z"))).toBe(at("2026-10-25T02:00:00Z"));
  const seconds = parseCron("* * 1-3 * * *", "Europe/Berlin");
  expect(nextTick(seconds, at("2026-10-25T01:10:00Z"))).toBe(at("2026-10-25T02:00:00Z"));
});

test("a job of every hour goes on evenly over changes of the clocks", () => {
  const cron = parseCron("*/20 * * * *", "Europe/Berlin");
  const autumn = ticksBetween(cron, at("2026-10-25T00:00:00Z"), at("2026-10-25T03:00:00Z"));
  expect(autumn.map((tick, index) => tick - (autumn[index - 1] ?? tick - 1_200_000))).toEqual(
    Array.from({ length: 9 }, () => 1_200_000),
  );
});

test("a job of every minute of the day 25 hours long still runs once per shown minute", () => {
  const half = parseCron("*/30 * * * *", "Australia/Lord_Howe");
  // Clocks go from 2:00 back to 1:30 there: 1:30 is shown twice.
  const ticks = ticksBetween(half, at("2026-04-04T14:00:00Z"), at("2026-04-04T16:00:00Z"));
  expect(shown(ticks)).toEqual(["2026-04-04T14:00:00.000Z", "2026-04-04T14:30:00.000Z", "2026-04-04T15:30:00.000Z"]);
});

test("with five fields messages are sent at the ticks", () => {
  const cron = parseCron("0 9 * * *", "Europe/Berlin");
  expect(nextMessage(cron, at("2026-01-10T00:00:00Z"))).toBe(at("2026-01-10T08:00:00Z"));
});

test("with six fields a message is sent at the beginning of the minute before, for all ticks of the next", () => {
  const cron = parseCron("*/25 30 9 * * *");
  const message = nextMessage(cron, at("2026-01-10T00:00:00Z")) ?? 0;
  expect(shown([message])).toEqual(["2026-01-10T09:29:00.000Z"]);
  expect(shown(ticksOfMessage(cron, message))).toEqual([
    "2026-01-10T09:30:00.000Z",
    "2026-01-10T09:30:25.000Z",
    "2026-01-10T09:30:50.000Z",
  ]);
  expect(nextMessage(cron, message)).toBe(at("2026-01-11T09:29:00Z"));
});

test("the messages of a six-field job stand for each of its ticks once", () => {
  const cron = parseCron("*/7 * * * * *");
  const from = at("2026-01-10T00:00:00Z");
  const ticks: number[] = [];
  for (let message = nextMessage(cron, from); message !== undefined && message < from + 600_000;) {
    ticks.push(...ticksOfMessage(cron, message));
    message = nextMessage(cron, message);
  }
  expect(ticks).toEqual(ticksBetween(cron, from + 120_000, from + 660_000));
});
