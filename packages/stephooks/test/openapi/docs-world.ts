import { createHash } from "node:crypto";
import { isRecord } from "@stephooks/core";
import { memoryAppPorts } from "@stephooks/contracts";
import { type App, createApp, createHost } from "../../src/host/index.ts";
import { httpEvents } from "../support/lambda-events.ts";

export const KEY = "the right key";

export interface DocsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

export interface DocsWorld {
  readonly app: App;
  /** Without a key unless the headers have it. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<DocsAnswer>;
  /** The document, with the key. */
  document(path?: string): Promise<unknown>;
  /** The same request by every kind of event. */
  byEveryFront(path: string, headers?: Readonly<Record<string, string>>): Promise<readonly DocsAnswer[]>;
}

/** An app with the rules of a deployed one. */
export function docsWorld(register: (app: App) => unknown): DocsWorld {
  const app = createApp();
  register(app);
  const host = createHost(app.init(), memoryAppPorts(), {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: {
      access: { mode: "keys", apiKeySha256: createHash("sha256").update(KEY).digest("hex") },
      space: "dev",
    },
    deadLetterArn: "arn:aws:sqs:eu-central-1:123456789012:steps-dead",
  });
  const get: DocsWorld["get"] = async (target, headers = {}) => {
    const [path = "", rawQueryString = ""] = target.split("?", 2);
    const event = httpEvents["Function URL"]({ method: "GET", path, headers });
    return answerOf(await host.handle({ ...event, rawQueryString }));
  };
  return {
    app,
    get,
    document: async (path = "/openapi.json") => (await get(path, { "x-apikey": KEY })).json,
    byEveryFront: (path, headers = {}) =>
      Promise.all(
        Object.values(httpEvents).map(async (event) =>
          answerOf(await host.handle(event({ method: "GET", path, headers }))),
        ),
      ),
  };
}

function answerOf(result: unknown): DocsAnswer {
  if (!isRecord(result)) throw new Error("the handler answered nothing");
  const { body = "", headers, isBase64Encoded, multiValueHeaders, statusCode } = result;
  const text = Buffer.from(String(body), isBase64Encoded === true ? "base64" : "utf8").toString();
  const lines = Object.entries(isRecord(headers) ? headers : isRecord(multiValueHeaders) ? multiValueHeaders : {});
  return {
    status: Number(statusCode),
    headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), String(value)])),
    text,
    json: jsonOf(text),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
