import { createHash } from "node:crypto";

/** Names inside the template. A resource that changes its name is a new resource: the table's never may. */
export type LogicalId =
  | "ApiKeySha256"
  | "JwksUrl"
  | "JwtIssuer"
  | "JwtAudience"
  | "StreamUrl"
  | "Space"
  | "LogLevel"
  | "LogRetentionDays"
  | "Alarms"
  | "AlarmTopicArn"
  | "StepDeadLettersAlarm"
  | "StepAgeAlarm"
  | "JobDeadLettersAlarm"
  | "JobAgeAlarm"
  | "HttpThrottlesAlarm"
  | "WorkerThrottlesAlarm"
  | "TableThrottlesAlarm"
  | "Table"
  | "FilesBucket"
  | "FilesBucketPolicy"
  | "StepQueue"
  | "StepQueuePolicy"
  | "StepDeadLetterQueue"
  | "StepDeadLetterQueuePolicy"
  | "HttpFunction"
  | "HttpRole"
  | "HttpLogGroup"
  | "WorkerFunction"
  | "WorkerRole"
  | "WorkerLogGroup"
  | "StepQueueMapping"
  | "StepDeadLetterQueueMapping"
  | "JobQueue"
  | "JobQueuePolicy"
  | "JobDeadLetterQueue"
  | "JobDeadLetterQueuePolicy"
  | "JobQueueMapping"
  // Of a queue's ARN or a job's name: whatever else the app registers, it stays the same resource.
  | `SourceMapping${string}`
  | `TickSchedule${string}`
  // Of the name of an environment variable.
  | `Variable${string}`
  | "TickRole"
  | "SweepSchedule"
  | "SweepRole"
  | "StreamFunction"
  | "StreamFunctionUrl"
  | "HttpApi";

/** The part of a logical id that stands for a name of the app: letters and digits, the same in every build. */
export function idPart(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}
