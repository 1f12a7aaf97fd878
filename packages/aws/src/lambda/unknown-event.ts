import { isRecord } from "@stephooks/core";
import { AwsError } from "../aws-error.ts";
import { type EventRecord, textIn } from "./event-record.ts";

/** Values of these fields say where an event comes from and are no secrets. */
const telling = ["type", "eventSource", "EventSource", "source", "detail-type", "version"];

/** The error for an event nobody here handles: names what came (never its content) and what to do. */
export function unknownEvent(event: unknown): AwsError {
  return new AwsError(
    "unknown-event",
    `This function cannot handle ${describe(event)}. It takes events of API Gateway (HTTP API, REST API), Function ` +
      "URLs, Application Load Balancers and SQS: remove the trigger or the test event that sends anything else.",
  );
}

function describe(event: unknown): string {
  if (event === null) return "null";
  if (!isRecord(event)) return Array.isArray(event) ? "an array" : `a value of type ${typeof event}`;
  const keys = Object.keys(event);
  if (keys.length === 0) return "an empty object";
  const named = keys.slice(0, 10).map(quoted).join(", ");
  return [`an event with the keys ${named}${keys.length > 10 ? " …" : ""}`, ...tellingFields(event, "")]
    .concat(describeRecords(event["Records"]))
    .join("; ");
}

function describeRecords(records: unknown): string[] {
  if (!Array.isArray(records)) return [];
  const [first]: readonly unknown[] = records;
  return [`${records.length} records`, ...(isRecord(first) ? tellingFields(first, "Records[0].") : [])];
}

function tellingFields(record: EventRecord, prefix: string): string[] {
  return telling.flatMap((name) => {
    const value = textIn(record, name);
    return value === undefined ? [] : [`${prefix}${name} ${quoted(value)}`];
  });
}

/** One line, not long, whatever the event holds. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
