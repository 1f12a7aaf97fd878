import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import type { Logger } from "@stephooks/core";
import type { AroundStep } from "stephooks/host";
import { withLogIds } from "./log-ids.ts";

/** Logs every request with status and time, and marks what it leads to with an id of its own. */
export function withRequestLog(listener: RequestListener, logger: Logger): RequestListener {
  return (incoming, outgoing) => {
    const request = randomUUID().slice(0, 8);
    const begun = performance.now();
    // Query and body stay out: they may hold secrets.
    const path = (incoming.url ?? "/").split("?", 1)[0] ?? "/";
    withLogIds({ request }, () => {
      outgoing.once("close", () => {
        const status = outgoing.writableFinished ? outgoing.statusCode : undefined;
        logger.log("info", "request", { method: incoming.method, path, status, ms: msSince(begun) });
      });
      listener(incoming, outgoing);
    });
  };
}

/** Logs every step that ended, and marks what it leads to. The engine itself tells of those that failed. */
export function stepLog(logger: Logger): AroundStep {
  return (ids, run) =>
    withLogIds(ids, async () => {
      const begun = performance.now();
      const result = await run();
      logger.log("info", "step", { ms: msSince(begun) });
      return result;
    });
}

function msSince(begun: number): number {
  return Math.round(performance.now() - begun);
}
