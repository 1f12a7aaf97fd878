import { once } from "node:events";
import { startStack } from "@stephooks/local";
import { bundleApp } from "./bundle-app.ts";
import { CliError } from "./cli-error.ts";
import { findEntry } from "./find-entry.ts";

export interface DevOptions {
  readonly port: string;
  readonly data: string;
  readonly fresh?: true;
  readonly apiKey?: string;
  readonly dynamodbEndpoint?: string;
  readonly json?: true;
}

/** `stephooks dev`: serves until SIGINT or SIGTERM. */
export async function runDev(given: string, options: DevOptions): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CliError("bad-usage", `--port ${options.port} is no port: give a number from 0 (any free one) to 65535.`);
  }
  const { file } = await bundleApp({ entry: findEntry(given), outDir: ".stephooks/dev" });
  const stack = await startStack({
    bundle: file,
    port,
    dataDir: options.data,
    fresh: options.fresh ?? false,
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    ...(options.dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint: options.dynamodbEndpoint }),
  });
  const { url } = stack;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ event: "ready", url })}\n`
      : `Serving ${url} (data in ${options.data}). Ctrl-C ends it.\n`,
  );
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await stack.stop();
}
