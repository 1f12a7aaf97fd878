import { createLogsClient, readLogs } from "@stephooks/aws/deploy";
import { expect, test } from "vitest";
import { controlPlane } from "./control-plane.ts";

// Shapes of the CloudWatch Logs API reference: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference
const type = "application/x-amz-json-1.1";
const event = (id: string, message: string, timestamp: number): object => ({
  eventId: id,
  ingestionTime: timestamp + 5,
  logStreamName: "2026/11/23/[$LATEST]0c4e",
  message,
  timestamp,
});

test("every page of a log group is read from a time on", async () => {
  const plane = await controlPlane(({ body }) => ({
    type,
    body: JSON.stringify(
      body.includes("second")
        ? { events: [event("3", "three\n", 3_000)], searchedLogStreams: [] }
        : { events: [event("1", "one\n", 1_000), event("2", '{"level":"info"}\n', 2_000)], nextToken: "second" },
    ),
  }));
  const query = { group: "/aws/lambda/shop-prod-Worker", since: 1_000, containing: "order-7" };
  const events = await readLogs(createLogsClient(plane.options), query);
  expect(events).toEqual([
    { id: "1", time: 1_000, text: "one" },
    { id: "2", time: 2_000, text: '{"level":"info"}' },
    { id: "3", time: 3_000, text: "three" },
  ]);
  const asked = { logGroupName: query.group, startTime: 1_000, filterPattern: '"order-7"' };
  expect(plane.requests.map(({ body, target }) => [target, JSON.parse(body)])).toEqual([
    ["Logs_20140328.FilterLogEvents", asked],
    ["Logs_20140328.FilterLogEvents", { ...asked, nextToken: "second" }],
  ]);
});

test.each([
  [400, "ResourceNotFoundException", "The specified log group does not exist.", "missing-resource"],
  [400, "AccessDeniedException", "is not authorized to perform: logs:FilterLogEvents", "denied"],
])("%i %s is told as it is", async (status, name, message, code) => {
  const { options } = await controlPlane(() => ({ status, type, body: JSON.stringify({ __type: name, message }) }));
  const events = readLogs(createLogsClient(options), { group: "g", since: 0 });
  await expect(events).rejects.toMatchObject({ code, message: `FilterLogEvents failed: ${name}: ${message}` });
});
