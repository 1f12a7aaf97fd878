import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { portErrorFrom } from "../../sdk-failure.ts";
import { controlPlaneLimits, type ControlPlaneOptions } from "../control-plane.ts";

/** One line of a function's log. */
export interface LogEvent {
  /** Unique in its group. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly text: string;
}

export interface LogQuery {
  readonly group: string;
  /** From this time on, epoch milliseconds. */
  readonly since: number;
  /** Only events that contain this text, which has no quotation mark. */
  readonly containing?: string;
}

/** `destroy()` closes its connections. */
export function createLogsClient(options: ControlPlaneOptions = {}): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ ...controlPlaneLimits, ...options });
}

/**
 * What the log group has now, every page of it, in the order of CloudWatch Logs. Needs `logs:FilterLogEvents`.
 *
 * @throws PortError when CloudWatch Logs does not answer or refuses.
 */
export async function readLogs(
  client: CloudWatchLogsClient,
  { containing, group, since }: LogQuery,
): Promise<readonly LogEvent[]> {
  const pattern = containing === undefined ? {} : { filterPattern: `"${containing}"` };
  const input = { logGroupName: group, startTime: since, ...pattern };
  const events: LogEvent[] = [];
  try {
    for await (const page of paginateFilterLogEvents({ client }, input)) {
      for (const { eventId = "", message = "", timestamp = 0 } of page.events ?? []) {
        events.push({ id: eventId, time: timestamp, text: message.replace(/\n$/, "") });
      }
    }
  } catch (error) {
    throw portErrorFrom(error, "FilterLogEvents");
  }
  return events;
}
