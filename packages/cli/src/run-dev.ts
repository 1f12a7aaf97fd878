import { once } from "node:events";
import { resolve } from "node:path";
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

/** Ports after the wanted one that are tried when it is taken. */
const FURTHER_PORTS = 20;

/** `stephooks dev`: serves until SIGINT or SIGTERM. */
export async function runDev(given: string, options: DevOptions): Promise<void> {
  const port = readPort(options.port);
  const { apiKey, dynamodbEndpoint } = options;
  if (dynamodbEndpoint !== undefined && !URL.canParse(dynamodbEndpoint)) {
    throw new CliError(
      "bad-usage",
      `--dynamodb-endpoint ${dynamodbEndpoint} is no URL: give one such as http://127.0.0.1:8000.`,
    );
  }
  const { file } = await bundleApp({ entry: findEntry(given), outDir: ".stephooks/dev" });
  // The stack's processes start in two thirds of the time with the code that Node compiled for the last ones.
  process.env["NODE_COMPILE_CACHE"] ??= resolve(".stephooks/cache");
  const stack = await startStack({
    bundle: file,
    port,
    furtherPorts: FURTHER_PORTS,
    dataDir: options.data,
    fresh: options.fresh ?? false,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint }),
  });
  const { url } = stack;
  const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  if (port !== 0 && Number(new URL(url).port) !== port) {
    process.stderr.write(`Port ${port} is taken: serving on ${new URL(url).port} instead.\n`);
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ event: "ready", url })}\n`
      : `Serving ${url} (data in ${options.data}). Ctrl-C ends it.\n`,
  );
  await ended;
  await stack.stop();
}

function readPort(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new CliError("bad-usage", `--port ${given} is no port: give a number from 0 (any free one) to 65535.`);
}
