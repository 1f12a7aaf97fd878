import { describe, expect, test } from "vitest";
import { type CronManifest, isRecord, parseTick } from "@stephooks/core";
import { buildTemplate, type SamTemplate } from "../src/index.ts";
import { policyTable } from "./policy-table.ts";
import { sampleManifest } from "./sample-manifest.ts";

const options = { codeUri: "dist/" };
const bare = buildTemplate(sampleManifest(50_000), options);
const nightly: CronManifest = { name: "nightly", expression: "0 3 * * *", timeZone: "Europe/Oslo", timeout: 50_000 };

function withCrons(...crons: readonly CronManifest[]): SamTemplate {
  return buildTemplate({ ...sampleManifest(50_000), crons }, options);
}

function schedules(template: SamTemplate): [string, Readonly<Record<string, unknown>>][] {
  return Object.entries(template.Resources).flatMap(([id, { Properties, Type }]) =>
    Type === "AWS::Scheduler::Schedule" && id !== "SweepSchedule" ? [[id, Properties]] : [],
  );
}

/** What the scheduler sends at this time. */
function sent(properties: Readonly<Record<string, unknown>>, time: string): string {
  const target = properties["Target"];
  return String(isRecord(target) && target["Input"]).replaceAll("<aws.scheduler.scheduled-time>", time);
}

describe("an app with a scheduled job", () => {
  const template = withCrons(nightly);

  test("has a schedule in the job's time zone that sends its ticks to the step queue, and tries for a day", () => {
    expect(schedules(template)).toEqual([
      [
        expect.stringMatching(/^TickSchedule[0-9a-f]{12}$/),
        {
          Description: expect.any(String),
          ScheduleExpression: "cron(0 3 * * ? *)",
          ScheduleExpressionTimezone: "Europe/Oslo",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: { "Fn::GetAtt": ["StepQueue", "Arn"] },
            RoleArn: { "Fn::GetAtt": ["TickRole", "Arn"] },
            Input: '{"stephooks":"tick","job":"nightly","scheduledAt":"<aws.scheduler.scheduled-time>"}',
            RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
          },
        },
      ],
    ]);
  });

  test("lets the scheduler send to the step queue, for this account only, and do nothing else", () => {
    const added = policyTable(template).filter((row) => !policyTable(bare).includes(row));
    expect(added).toEqual(["TickRole Allow sts:AssumeRole -", "TickRole Allow sqs:SendMessage StepQueue.Arn"]);
    expect(template.Resources["TickRole"]?.Properties["AssumeRolePolicyDocument"]).toMatchObject({
      Statement: [
        {
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        },
      ],
    });
  });

  test("keeps a job's schedule when another job comes or goes, or its time changes", () => {
    const [[id] = [""]] = schedules(template);
    const other = { ...nightly, name: "hourly", expression: "0 * * * *" };
    const later = { ...nightly, expression: "0 4 * * *" };
    expect(schedules(withCrons(other, later)).map(([name]) => name)).toContain(id);
  });
});

test("days of month and of week that both count are two schedules", () => {
  const found = schedules(withCrons({ ...nightly, expression: "0 9 1 * 1" }));
  expect(found.map(([, { ScheduleExpression }]) => ScheduleExpression)).toEqual([
    "cron(0 9 1 * ? *)",
    "cron(0 9 ? * MON *)",
  ]);
  expect(new Set(found.map(([id]) => id)).size).toBe(2);
});

test("a job with seconds is one message a minute", () => {
  const [[, often] = ["", {}]] = schedules(withCrons({ ...nightly, expression: "*/10 * * * * *" }));
  expect(often["ScheduleExpression"]).toBe("cron(* * * * ? *)");
});

test.each([
  "{{resolve:ssm:x}}",
  "<aws.scheduler.execution-id>",
  "${AWS::AccountId}",
  'a"b',
  "tick",
  "job",
  "$&",
  "ü\n",
])("the name %j reaches the app as it is", (name) => {
  const [[, properties] = ["", {}]] = schedules(withCrons({ ...nightly, name }));
  expect(JSON.stringify(properties)).not.toMatch(/\{\{|<aws\.scheduler\.(?!scheduled-time)|Fn::Sub/);
  const time = "2026-11-23T02:00:00Z";
  expect(parseTick(sent(properties, time))).toEqual({ job: name, scheduledAt: Date.parse(time) });
});

describe("scheduled jobs that cannot be rendered are refused", () => {
  test.each([
    ["a timeout that is no number", [{ ...nightly, timeout: Number.NaN }]],
    ["no cron expression", [{ ...nightly, expression: "nightly" }]],
    ["a time zone that does not exist", [{ ...nightly, timeZone: "Europe/Atlantis" }]],
    ["two of the same name", [nightly, nightly]],
  ])("%s", (_name, crons) => {
    expect(() => withCrons(...crons)).toThrow(expect.objectContaining({ code: "bad-manifest" }));
  });
});

test("the worker may run as long as the longest job", () => {
  expect(withCrons({ ...nightly, timeout: 300_000 }).Resources["WorkerFunction"]?.Properties["Timeout"]).toBe(310);
});
