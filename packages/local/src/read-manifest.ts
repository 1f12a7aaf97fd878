import { type AppManifest, isRecord } from "@stephooks/core";
import { LocalError } from "./local-error.ts";
import { type Environment, manifestEnvironment } from "./stack-environment.ts";
import type { StackProcess } from "./stack-process.ts";

/**
 * What the bundle registers, told by a process of its own: reading it leaves nothing of the app in this one, and the
 * next version can be read again. `start` starts it, the program `manifest`.
 *
 * @throws LocalError `bundle-failed`, `no-handler`, `process-failed`.
 */
export async function readManifest(
  bundle: string,
  environment: Environment,
  start: (environment: Environment) => Promise<StackProcess>,
): Promise<AppManifest> {
  const reader = await start({ ...environment, ...manifestEnvironment(bundle) });
  await reader.kill();
  await reader.stop();
  const { manifest } = reader.details;
  if (isManifest(manifest)) return manifest;
  throw new LocalError("no-handler", `${bundle} has a handler of another version: install one stephooks.`, { bundle });
}

/** Both ends are of one build; only the version can differ, when the app brings its own copy of stephooks. */
function isManifest(value: unknown): value is AppManifest {
  return isRecord(value) && Array.isArray(value["workflows"]);
}
