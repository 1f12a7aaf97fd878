import { pathToFileURL } from "node:url";
import { isRecord } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import type { AroundStep } from "stephooks/host";
import type { ControlAct, DevControl } from "./dev-control.ts";
import { LocalError } from "./local-error.ts";

/** What a bundle of `stephooks dev` lets tools ask of the app; nothing for another bundle. */
export async function loadControl(bundle: string): Promise<DevControl> {
  const module = await importBundle(bundle);
  const control: unknown = isRecord(module) ? module["control"] : undefined;
  return isRecord(control) ? Object.fromEntries(Object.entries(control).flatMap(controlEntry)) : {};
}

function controlEntry([name, act]: [string, unknown]): [string, ControlAct][] {
  if (typeof act !== "function") return [];
  return [[name, async (input) => Reflect.apply(act, undefined, [input])]];
}

/** Lets a bundle of `stephooks dev` run something around every step; nothing happens for another bundle. */
export async function traceSteps(bundle: string, around: AroundStep): Promise<void> {
  const module = await importBundle(bundle);
  const trace: unknown = isRecord(module) ? module["trace"] : undefined;
  if (typeof trace === "function") Reflect.apply(trace, undefined, [around]);
}

/**
 * Imports a bundle and finds its handler, as the Lambda runtime does with `index.handler`.
 *
 * @throws LocalError `bundle-failed`, `no-handler`.
 */
export async function loadHandler(bundle: string): Promise<LambdaHandler> {
  const module = await importBundle(bundle);
  const handler: unknown = typeof module === "object" && module !== null ? Reflect.get(module, "handler") : undefined;
  if (isHandler(handler)) return handler;
  throw new LocalError(
    "no-handler",
    `${bundle} exports no handler. End the entry file with: export default app.init();`,
    { bundle },
  );
}

async function importBundle(bundle: string): Promise<unknown> {
  // Stacks name the sources where the bundle has source maps.
  process.setSourceMapsEnabled(true);
  try {
    return await import(pathToFileURL(bundle).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LocalError(
      "bundle-failed",
      `Importing ${bundle} threw: ${reason.replace(/\.$/, "")}. Lambda could not load it either: correct what the app does at import.`,
      { bundle },
      { cause },
    );
  }
}

function isHandler(value: unknown): value is LambdaHandler {
  return typeof value === "function" && "manifest" in value && "streaming" in value;
}
