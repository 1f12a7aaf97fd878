import { type CronManifest, tickBody } from "@stephooks/core";
import { type EventBridgeSchedule, eventBridgeSchedules, parseCron } from "@stephooks/cron";
import { getAtt } from "./intrinsic.ts";
import { idPart } from "./logical-id.ts";
import type { TemplateResource, TemplateResources } from "./sam-template.ts";

/** Replaced by EventBridge Scheduler with the time the tick is for, ISO 8601. */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/**
 * What sends the ticks of the app's scheduled jobs to the step queue. One expression of the app may need several of
 * EventBridge; a tick that two of them send at the same time is one run, as a run's id is its job and time.
 */
export function scheduleResources(crons: readonly CronManifest[]): TemplateResources {
  return Object.fromEntries(
    crons.flatMap((cron) =>
      eventBridgeSchedules(parseCron(cron.expression, cron.timeZone)).map((when, index) => [
        `TickSchedule${idPart(cron.name)}${index === 0 ? "" : `x${index + 1}`}`,
        schedule(cron.name, when),
      ]),
    ),
  );
}

function schedule(name: string, { expression, timeZone }: EventBridgeSchedule): TemplateResource {
  return {
    Type: "AWS::Scheduler::Schedule",
    Properties: {
      Description: "Sends the ticks of a scheduled job to the step queue",
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: getAtt("StepQueue", "Arn"),
        RoleArn: getAtt("TickRole", "Arn"),
        Input: tickOf(name),
        // Nobody sends a tick again that SQS did not take, unlike the sweeper's: the scheduler tries for as long as it
        // can, which is a day. A late tick runs late, and never twice.
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
      },
    },
  };
}

/** In a job's name, what CloudFormation or the scheduler would replace is written as JSON escapes. */
function tickOf(name: string): string {
  const quoted = JSON.stringify(name);
  const inert = quoted.replaceAll("{", String.raw`\u007b`).replaceAll("<", String.raw`\u003c`);
  return tickBody(name, SCHEDULED_TIME).replace(quoted, () => inert);
}
