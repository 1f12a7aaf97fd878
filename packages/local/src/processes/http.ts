import { jsonLogger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { type ControlAct, withDevControl } from "../dev-control.ts";
import { logsAreRead } from "../log-ids.ts";
import { withRequestLog } from "../log-work.ts";
import { httpFront } from "../http-front.ts";
import { loadControl, loadHandler } from "../load-handler.ts";
import { countRequests } from "../request-counts.ts";
import { startServer } from "../retiring-server.ts";
import { LocalError } from "../local-error.ts";
import { watchStrayErrors } from "../stray-errors.ts";
import { type ParentLink, readSetting, runProcess } from "./parent-link.ts";

interface HttpSettings {
  readonly bundle: string;
  /** Where the stack listens, and this process's successor is reached. */
  readonly port: number;
  readonly functionTimeout: number;
  /** Whether tools may set the stack's clock forward. */
  readonly virtualClock: boolean;
}

await runProcess(async (parent) => {
  const settings: HttpSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_HTTP"));
  const { functionTimeout } = settings;
  const requests = countRequests();
  const loaded = await loadHandler(settings.bundle);
  const { handler, settled } = withCount(loaded);
  const logger = jsonLogger();
  watchStrayErrors(logger);
  const front = httpFront({ handler, functionTimeout, logger });
  const clock = settings.virtualClock ? { "clock/advance": advanceOf(parent) } : {};
  const control = { ...(await loadControl(settings.bundle)), ...clock };
  const listener = logsAreRead() ? withRequestLog(front, jsonLogger()) : front;
  const server = await startServer(withDevControl(listener, control));
  parent.answer("usage", () => ({ requests: requests.totals() }));
  parent.beforeEnd(async () => server.closeAll());
  parent.beforeRetirement(async () => {
    await server.retire(settings.port);
    await settled();
  });
  parent.ready({ port: server.port, manifest: loaded.manifest });
});

/** The stack's processes share one clock, which the parent keeps. */
function advanceOf(parent: ParentLink): ControlAct {
  return async ({ duration, ms }) => {
    const { code, message, now } = await parent.ask("advance", { duration, ms });
    if (now !== undefined) return { now };
    throw code === "invalid-duration" || code === "not-idle"
      ? new LocalError(code, String(message))
      : new Error(String(message));
  };
}

/** The handler, and when nothing of it runs any more: an invocation goes on after its answer is complete. */
function withCount({ streaming }: Pick<LambdaHandler, "streaming">) {
  const running = new Set<Promise<void>>();
  const counted: LambdaHandler["streaming"] = async (event, stream, context) => {
    const invocation = streaming(event, stream, context);
    running.add(invocation);
    try {
      await invocation;
    } finally {
      running.delete(invocation);
    }
  };
  return { handler: { streaming: counted }, settled: async () => void (await Promise.allSettled(running)) };
}
