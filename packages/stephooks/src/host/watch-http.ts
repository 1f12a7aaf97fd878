import { subscribe } from "node:diagnostics_channel";
import { ClientRequest, IncomingMessage } from "node:http";
import { isRecord } from "@stephooks/core";
import { currentScope } from "./invocation-scope.ts";

/** How to stop counting a request that is on its way. */
const open = new WeakMap<ClientRequest, () => void>();

/**
 * From now on every request of `node:http` and `node:https`, which is what most packages send with, is counted in the
 * invocation it was made in. Call it once: a process has one set of channels.
 */
export function watchHttp(): void {
  subscribe("http.client.request.created", (message) => {
    const request = isRecord(message) ? message["request"] : undefined;
    const scope = currentScope();
    if (scope === undefined || !(request instanceof ClientRequest)) return;
    const end = scope.begin();
    open.set(request, end);
    // Comes after the last byte of the answer, and after a failure. A listener for "response" would change what Node
    // does with an answer nobody takes, so the answer itself is seen through the second channel.
    request.once("close", end);
  });
  subscribe("http.client.response.finish", (message) => {
    const request = isRecord(message) ? message["request"] : undefined;
    const response = isRecord(message) ? message["response"] : undefined;
    if (!(request instanceof ClientRequest) || !(response instanceof IncomingMessage)) return;
    const end = open.get(request);
    if (end === undefined) return;
    // An answer whose body nobody reads never closes. Readers attach when they get the answer.
    setImmediate(() => {
      if (response.readableFlowing === null && response.listenerCount("readable") === 0) end();
    });
  });
}
