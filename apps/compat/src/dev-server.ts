import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isRecord } from "@stephooks/core";

/** A running `stephooks dev`. */
export interface DevServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface DevServerOptions {
  readonly entry: string;
  readonly apiKey: string;
  readonly env: Readonly<Record<string, string>>;
  readonly preload: string | undefined;
}

/** The command as it is installed, or its source inside this repository. */
const command = fileURLToPath(
  new URL(
    import.meta.resolve("@stephooks/cli").endsWith(".ts") ? "main.ts" : "main.js",
    import.meta.resolve("@stephooks/cli"),
  ),
);

/** Starts an app with nothing stored, as a tool does it. Throws with what the command said when it does not serve. */
export async function startDevServer({ apiKey, entry, env, preload }: DevServerOptions): Promise<DevServer> {
  const source = command.endsWith(".ts") ? ["--conditions=source"] : [];
  const args = [...source, command, "dev", entry, "--json", "--fresh", "--port", "0", "--api-key", apiKey];
  const nodeOptions = [process.env["NODE_OPTIONS"], preload === undefined ? undefined : `--import "${preload}"`];
  const child = spawn(process.execPath, args, {
    cwd: dirname(entry),
    env: { ...process.env, ...env, NODE_OPTIONS: nodeOptions.filter((option) => option !== undefined).join(" ") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
  const ended = once(child, "close");
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  for await (const line of createInterface(child.stdout)) {
    const event: unknown = JSON.parse(line);
    if (isRecord(event) && event["event"] === "ready" && typeof event["url"] === "string") {
      child.stdout.resume();
      return { url: event["url"], stop };
    }
    said += line;
  }
  await stop();
  throw new Error(`stephooks dev did not serve: ${said}`);
}
