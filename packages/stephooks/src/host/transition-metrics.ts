import { hasEnded, parseBranchId } from "@stephooks/core";
import type { TransitionEvent } from "@stephooks/engine";

/** Namespace in CloudWatch. */
const NAMESPACE = "stephooks";

/**
 * What CloudWatch cannot know by itself, a count each by workflow. Runs, durations, ages and depths are metrics of Lambda
 * and SQS already; a metric of ours costs about what three alarms cost, so there are three.
 */
type MetricName = "InstancesCompleted" | "InstancesFailed" | "AttemptsFailed";

/** The metrics a committed transition counts in. */
function metricsOf({ after, before, error }: TransitionEvent): readonly MetricName[] {
  // A branch ends, too, and is no instance.
  const ended = hasEnded(after.status) && !hasEnded(before.status) && parseBranchId(after.id) === undefined;
  return [
    ...(error === undefined ? [] : (["AttemptsFailed"] as const)),
    ...(ended && after.status === "completed" ? (["InstancesCompleted"] as const) : []),
    ...(ended && after.status === "failed" ? (["InstancesFailed"] as const) : []),
  ];
}

/**
 * A log line that CloudWatch reads as metrics (embedded metric format), which takes no call and no permission; undefined
 * for a transition that counts in none. Its limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
 *
 * @param now epoch milliseconds.
 */
export function metricLine(event: TransitionEvent, functionName: string, now: number): string | undefined {
  const names = metricsOf(event);
  if (names.length === 0) return undefined;
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["FunctionName", "Workflow"]],
          Metrics: names.map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    FunctionName: functionName,
    Workflow: event.after.workflow,
    instance: event.after.id,
    ...Object.fromEntries(names.map((name) => [name, 1])),
  });
}
