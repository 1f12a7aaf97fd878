import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { memoryAppPorts, memoryBlobStore } from "@stephooks/contracts";
import { type BlobStore, isRecord } from "@stephooks/core";
import { onTestFinished } from "vitest";
import { type App, createApp, createHost, type HostSettings } from "../../src/host/index.ts";
import { httpEvents } from "../support/lambda-events.ts";

/** The key of these worlds' apps, which have the rules of deployed ones. */
export const KEY = "the right key";

export interface FileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface FileWorld {
  readonly app: App;
  readonly blobs: BlobStore;
  /** Folder with the deployed source. */
  readonly source: string;
  /** Without a key unless the headers have it. */
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<FileAnswer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<FileAnswer>;
  /** The same request by every kind of event. */
  byEveryFront(path: string): Promise<readonly FileAnswer[]>;
}

/** An app with these deployed files, registered by `register`. */
export function fileWorld(
  files: Readonly<Record<string, string | Uint8Array>>,
  register: (app: App) => void,
  settings: Partial<HostSettings> = {},
): FileWorld {
  const source = mkdtempSync(join(tmpdir(), "stephooks-source-"));
  onTestFinished(() => rmSync(source, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), content);
  }
  const app = createApp();
  register(app);
  const ports = memoryAppPorts();
  const blobs = memoryBlobStore(ports.clock);
  const host = createHost(
    app.init(),
    { ...ports, blobs },
    {
      engine: { functionTimeout: 60, visibilityTimeout: 90 },
      http: {
        access: { mode: "keys", apiKeySha256: createHash("sha256").update(KEY).digest("hex") },
        space: "dev",
      },
      deadLetterArn: "arn:aws:sqs:eu-central-1:123456789012:steps-dead",
      sourceFolder: source,
      ...settings,
    },
  );
  // A Function URL hands on paths as they were sent.
  const ask: FileWorld["ask"] = async (method, target, headers = {}) => {
    const [path = "", rawQueryString = ""] = target.split("?", 2);
    return answerOf(await host.handle({ ...httpEvents["Function URL"]({ method, path, headers }), rawQueryString }));
  };
  return {
    app,
    blobs,
    source,
    ask,
    get: (path, headers) => ask("GET", path, headers),
    byEveryFront: (path) =>
      Promise.all(
        Object.values(httpEvents).map(async (event) => answerOf(await host.handle(event({ method: "GET", path })))),
      ),
  };
}

function answerOf(result: unknown): FileAnswer {
  if (!isRecord(result)) throw new TypeError("no HTTP result");
  const { body, headers, isBase64Encoded, multiValueHeaders, statusCode } = result;
  const bytes = Buffer.from(typeof body === "string" ? body : "", isBase64Encoded === true ? "base64" : "utf8");
  const given = isRecord(headers) ? headers : isRecord(multiValueHeaders) ? multiValueHeaders : {};
  return {
    status: Number(statusCode),
    headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)])),
    text: bytes.toString("utf8"),
    bytes,
  };
}
