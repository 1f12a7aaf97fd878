import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeWorkMessage, parseTick, tickBody } from "@stephooks/core";

const unit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));
const text = fc.string({ unit });
const time = fc.date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("9999-12-31") });

test("parsing what a schedule sends gives job and time back, for every name", () => {
  fc.assert(
    fc.property(text, time, (job, at) => {
      const body = tickBody(job, at.toISOString());
      expect(parseTick(body)).toEqual({ job, scheduledAt: at.getTime() });
    }),
  );
});

test("the placeholder of EventBridge Scheduler stands in the body as it is, and its time is read", () => {
  const body = tickBody("daily", "<aws.scheduler.scheduled-time>");
  expect(body).toBe('{"stephooks":"tick","job":"daily","scheduledAt":"<aws.scheduler.scheduled-time>"}');
  const filled = body.replace("<aws.scheduler.scheduled-time>", "2026-03-01T06:30:00Z");
  expect(parseTick(filled)).toEqual({ job: "daily", scheduledAt: Date.UTC(2026, 2, 1, 6, 30) });
});

describe("anything else is no tick, and no exception", () => {
  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"stephooks":"tick"',
    '{"stephooks":"tick"}',
    '{"stephooks":"tick","job":1,"scheduledAt":"2026-03-01T06:30:00Z"}',
    '{"stephooks":"tick","job":"daily","scheduledAt":1}',
    '{"stephooks":"tick","job":"daily","scheduledAt":"soon"}',
    '{"stephooks":"tick","job":"daily","scheduledAt":"1"}',
    '{"stephooks":"tick","job":"daily","scheduledAt":"March 1, 2026"}',
    '{"stephooks":"tick","job":"daily","scheduledAt":"<aws.scheduler.scheduled-time>"}',
    '{"stephooks":"tock","job":"daily","scheduledAt":"2026-03-01T06:30:00Z"}',
    '{"job":"daily","scheduledAt":"2026-03-01T06:30:00Z"}',
    `{"stephooks":"tick","job":${"[".repeat(200_000)}`,
  ])("%.60s", (body) => {
    expect(parseTick(body)).toBeUndefined();
  });

  test("any text, any JSON, any ending of a tick's beginning", () => {
    const ours = fc.dictionary(fc.constantFrom("stephooks", "job", "scheduledAt"), fc.jsonValue());
    const body = fc.oneof(
      text,
      fc.json(),
      ours.map((wire) => JSON.stringify({ stephooks: "tick", ...wire })),
      text.map((end) => `{"stephooks":"tick"${end}`),
    );
    fc.assert(
      fc.property(body, (given) => {
        const tick = parseTick(given);
        if (tick !== undefined) expect(Number.isNaN(tick.scheduledAt)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a step's message", () => {
    const wake = { kind: "wake", instance: "i", token: 1, dutiesDone: true } as const;
    expect(parseTick(encodeWorkMessage(wake))).toBeUndefined();
  });
});
