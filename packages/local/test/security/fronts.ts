import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { memoryApiKeyStore } from "@stephooks/contracts";
import type { Logger } from "@stephooks/core";
import { type App, createApp, type Host } from "stephooks/host";
import { httpFront } from "../../src/http-front.ts";
import { listenOnLoopback } from "../../src/listen-on-loopback.ts";
import { memoryHost, type MemoryHostOptions } from "../support/memory-host.ts";
import { overSocket, type RawAnswer, type RawRequest } from "./raw-request.ts";
import { answerOf, services } from "./service-events.ts";

/** One way for requests to reach an app. */
export interface Front {
  readonly name: string;
  send(request: RawRequest): Promise<RawAnswer>;
}

/** An app that may be called by every front, with the rules of a deployed one. */
export interface Fronted {
  readonly fronts: readonly Front[];
  /** Every line the app's host has logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export const frontNames: readonly string[] = [...Object.keys(services), "dev server"];

export const apiKey = "canary-api-key-of-the-tests";
export const readOnlyKey = "canary-read-only-key";

export const withKey = ["x-apikey", apiKey] as const;

/** What the app finds beside its code and in its bucket. */
export type FrontedFiles = Pick<MemoryHostOptions, "blobs" | "sourceFolder">;

/** Serves what `register` registers. */
export async function fronted(register: (app: App) => void, files: FrontedFiles = {}): Promise<Fronted> {
  const log: string[] = [];
  const logger: Logger = {
    log: (level, event, fields = {}) => void log.push(JSON.stringify({ level, event, ...fields })),
  };
  const host = await hosted(register, logger, files);
  const server = createServer(httpFront({ handler: { streaming: host.stream }, functionTimeout: 20, logger }));
  const port = await listenOnLoopback(server, 0);
  const fronts = Object.entries(services).map(([name, service]): Front => {
    const send = async (request: RawRequest): Promise<RawAnswer> => {
      const event = service.event(request);
      if (event !== undefined) return answerOf(await host.handle(event));
      return { status: 400, headers: new Headers(), body: Buffer.alloc(0) };
    };
    return { name, send };
  });
  return {
    fronts: [...fronts, { name: "dev server", send: (request) => overSocket(port, request) }],
    log,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function hosted(register: (app: App) => void, logger: Logger, files: FrontedFiles): Promise<Host> {
  const app = createApp();
  register(app);
  const apiKeys = memoryApiKeyStore();
  await apiKeys.put({ name: "reader", access: "read-only", sha256: sha256(readOnlyKey) });
  const access = { mode: "keys", apiKeySha256: sha256(apiKey), apiKeys } as const;
  return memoryHost(app.init(), { access, logger, ...files });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
