import { pathToFileURL } from "node:url";
import type { LambdaHandler } from "stephooks";
import { LocalError } from "./local-error.ts";

/** Imports a bundle and finds its handler, as the Lambda runtime does with `index.handler`. */
export async function loadHandler(bundle: string): Promise<LambdaHandler> {
  const module: unknown = await import(pathToFileURL(bundle).href);
  const handler: unknown = typeof module === "object" && module !== null ? Reflect.get(module, "handler") : undefined;
  if (isHandler(handler)) return handler;
  throw new LocalError(
    "no-handler",
    `${bundle} exports no handler. End the entry file with: export default app.init();`,
    { bundle },
  );
}

function isHandler(value: unknown): value is LambdaHandler {
  return typeof value === "function" && "manifest" in value;
}
