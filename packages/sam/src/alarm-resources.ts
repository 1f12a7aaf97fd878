import { tableDefinition, type Timings } from "@stephooks/aws/resources";
import { MAX_DELAY_SECONDS } from "@stephooks/core";
import { getAtt, ref } from "./intrinsic.ts";
import type { LogicalId } from "./logical-id.ts";
import type { Uses } from "./role-resources.ts";
import type { TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";

/** Made unless the parameter `Alarms` says no: each costs a little every month. */
const CONDITION = "HasAlarms";

export const alarmConditions: { readonly [id: string]: TemplateValue } = {
  [CONDITION]: { "Fn::Equals": [ref("Alarms"), "yes"] },
  HasAlarmTopic: { "Fn::Not": [{ "Fn::Equals": [ref("AlarmTopicArn"), ""] }] },
};

interface Dimension {
  readonly [key: string]: TemplateValue;
  readonly Name: string;
  readonly Value: TemplateValue;
}

interface Watch {
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly Dimension[];
  readonly statistic: "Maximum" | "Sum";
  /** Alarms when the value is above. */
  readonly limit: number;
  /** Minutes in a row it must be: what heals by itself wakes nobody. */
  readonly minutes: number;
}

/** What stops work, or loses it when nobody looks: dead letters, work that nobody takes, calls that were turned away. */
export function alarmResources({ visibilityTimeout }: Timings, { jobs }: Uses): TemplateResources {
  // A step may be delayed in the queue, received, and received again after its function died.
  const oldest = MAX_DELAY_SECONDS + 2 * visibilityTimeout;
  return {
    StepDeadLettersAlarm: alarm(
      deadLetters("StepDeadLetterQueue", "Steps kept failing, and the worker cannot tell why.", 15),
    ),
    StepAgeAlarm: alarm(age("StepQueue", "Steps wait longer than their delay and a retry take.", oldest)),
    ...(jobs
      ? {
          JobDeadLettersAlarm: alarm(deadLetters("JobDeadLetterQueue", "A job was given up.", 1)),
          JobAgeAlarm: alarm(age("JobQueue", "Jobs wait longer than a delay and a retry take.", oldest)),
        }
      : {}),
    HttpThrottlesAlarm: alarm(throttles("HttpFunction")),
    WorkerThrottlesAlarm: alarm(throttles("WorkerFunction")),
    TableThrottlesAlarm: alarm(writeThrottles("The table turned writes away: one of its items is too hot.")),
    // A write that an index turns away fails as well, and is counted with the index only.
    ...Object.fromEntries(
      tableDefinition.indexes.map(({ name }) => [
        `${name[0]?.toUpperCase()}${name.slice(1)}IndexThrottlesAlarm`,
        alarm(
          writeThrottles(`The index ${name} turned writes away: one of its partitions is too hot.`, {
            Name: "GlobalSecondaryIndexName",
            Value: name,
          }),
        ),
      ]),
    ),
  };
}

function deadLetters(queue: LogicalId, description: string, minutes: number): Watch {
  return ofQueue(queue, { description, metric: "ApproximateNumberOfMessagesVisible", limit: 0, minutes });
}

function age(queue: LogicalId, description: string, limit: number): Watch {
  return ofQueue(queue, { description, metric: "ApproximateAgeOfOldestMessage", limit, minutes: 5 });
}

function ofQueue(queue: LogicalId, watch: Pick<Watch, "description" | "limit" | "metric" | "minutes">): Watch {
  const dimensions = [{ Name: "QueueName", Value: getAtt(queue, "QueueName") }];
  return { ...watch, namespace: "AWS/SQS", dimensions, statistic: "Maximum" };
}

function throttles(name: LogicalId): Watch {
  return {
    description: "Lambda turned invocations away: the account's concurrency is used up.",
    namespace: "AWS/Lambda",
    metric: "Throttles",
    dimensions: [{ Name: "FunctionName", Value: ref(name) }],
    statistic: "Sum",
    limit: 0,
    minutes: 5,
  };
}

function writeThrottles(description: string, ...more: readonly Dimension[]): Watch {
  return {
    description,
    namespace: "AWS/DynamoDB",
    metric: "WriteThrottleEvents",
    dimensions: [{ Name: "TableName", Value: ref("Table") }, ...more],
    statistic: "Sum",
    limit: 0,
    minutes: 5,
  };
}

function alarm({ description, dimensions, limit, metric, minutes, namespace, statistic }: Watch): TemplateResource {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Condition: CONDITION,
    Properties: {
      AlarmDescription: description,
      Namespace: namespace,
      MetricName: metric,
      Dimensions: dimensions,
      Statistic: statistic,
      Period: 60,
      EvaluationPeriods: minutes,
      Threshold: limit,
      ComparisonOperator: "GreaterThanThreshold",
      // A queue nobody uses has no metric.
      TreatMissingData: "notBreaching",
      AlarmActions: { "Fn::If": ["HasAlarmTopic", [ref("AlarmTopicArn")], ref("AWS::NoValue")] },
    },
  };
}
