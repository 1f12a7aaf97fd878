import { drivenClock, memoryInstanceStore, memoryQueue, seededRandom } from "@stephooks/contracts";
import { silentLogger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { createHost, type HostSettings } from "stephooks/host";

/** The app behind `handler` on memory ports, as the front calls it. */
export function memoryHandler(
  handler: LambdaHandler,
  access: HostSettings["http"]["access"] = { mode: "open" },
): Pick<LambdaHandler, "streaming"> {
  const clock = drivenClock(Date.UTC(2026, 0, 1));
  const store = memoryInstanceStore();
  const ports = {
    instances: store,
    index: store.index,
    queue: memoryQueue({ clock, visibilityTimeout: 90 }),
    clock,
    random: seededRandom(1),
    logger: silentLogger,
  };
  const host = createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access, space: "dev" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:steps-dead",
  });
  return { streaming: (event, stream, context) => host.stream(event, stream, context) };
}
