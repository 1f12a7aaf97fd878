import type { AppPorts } from "@stephooks/core";
import { createApp } from "../app.ts";
import type { Connection } from "../datastore/index.ts";
import { createConnection } from "../datastore/create-connection.ts";
import { createRuntime } from "./create-runtime.ts";
import { registryOf } from "./lambda-handler.ts";

/**
 * The documents and values of an app without the app, for tools: its declared fields and schemas count, the instances of
 * its workflows are not found as documents, and no hook or listener of its runs.
 */
export function openData(ports: AppPorts): Connection {
  const registry = registryOf(createApp().init());
  if (registry === undefined) throw new TypeError("init() makes a handler of a registry");
  const runtime = createRuntime(registry, ports, {
    // Nothing is served and no step runs here.
    engine: { functionTimeout: 1, visibilityTimeout: 1 },
    http: { access: { mode: "keys" }, space: "" },
    deadLetterArn: "",
  });
  return createConnection(() => runtime);
}
