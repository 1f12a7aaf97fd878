import { createHash } from "node:crypto";
import { type DrivenClock, drivenClock } from "@stephooks/contracts";
import type { Logger } from "@stephooks/core";
import {
  type AccessSettings,
  AuthList,
  createHttpApp,
  type HttpInput,
  type HttpSettings,
  type MiddlewareArguments,
  MiddlewareList,
  type OpenAnswer,
  type PathSource,
  type RouteHandler,
  RouteTable,
} from "../../src/http/index.ts";

export const apiKey = "k".repeat(43);

export const withKey: AccessSettings = { mode: "keys", apiKeySha256: sha256(apiKey) };

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What tests register with: the verbs of an app. */
export interface Verbs {
  get(path: PathSource, ...handlers: RouteHandler[]): void;
  post(path: PathSource, ...handlers: RouteHandler[]): void;
  all(path: PathSource, ...handlers: RouteHandler[]): void;
  use(...args: MiddlewareArguments): void;
  auth(path: PathSource, ...hooks: RouteHandler[]): void;
}

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface HttpWorld {
  /** `target` is path and query as a client writes them. */
  send(target: string, init?: RequestInit, input?: Partial<HttpInput>): Promise<Response>;
  /** The same, as a host that streams gets it. */
  open(target: string, init?: RequestInit, input?: Partial<HttpInput>): Promise<OpenAnswer>;
  readonly log: LogLine[];
  readonly clock: DrivenClock;
}

/** A served app, open unless settings say otherwise; `strict` is `compat: "strict"`. */
export function httpWorld(
  register: (app: Verbs) => void,
  { strict = false, ...settings }: Partial<HttpSettings> & { readonly strict?: boolean } = {},
): HttpWorld {
  const routes = new RouteTable();
  const middleware = new MiddlewareList();
  const auths = new AuthList();
  register({
    get: (path, ...handlers) => routes.add("GET", path, handlers),
    post: (path, ...handlers) => routes.add("POST", path, handlers),
    all: (path, ...handlers) => routes.add("*", path, handlers),
    use: (...args) => middleware.add(...args),
    auth: (path, ...hooks) => auths.add(path, hooks),
  });
  const log: LogLine[] = [];
  const logger: Logger = { log: (level, event, fields = {}) => void log.push({ level, event, fields }) };
  const clock = drivenClock(Date.UTC(2026, 0, 1));
  const app = createHttpApp({
    routes,
    middleware,
    auths,
    settings: { access: { mode: "open" }, space: "", ...settings },
    strict,
    clock,
    logger,
  });
  return {
    log,
    clock,
    send: (target, init, input) => app.handle({ ...httpInput(target, init), ...input }),
    open: (target, init, input) => app.open({ ...httpInput(target, init), ...input }),
  };
}

function httpInput(target: string, init?: RequestInit): HttpInput {
  const [rawPath = "", query] = target.split("?", 2);
  // The host builds the URL as it can; the app decides by rawPath.
  const request = new Request(`http://example.test/x${query === undefined ? "" : `?${query}`}`, init);
  return { request, rawPath };
}

/** Status and parsed body of an answer. */
export async function answer(response: Response | Promise<Response>): Promise<{ status: number; body: unknown }> {
  const got = await response;
  const text = await got.text();
  return { status: got.status, body: text === "" ? "" : parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The code of an error answer with its status. */
export async function refusal(response: Response | Promise<Response>): Promise<string> {
  const { headers, status } = await response;
  return `${status} ${headers.get("x-stephooks-error") ?? "without a code"}`;
}

/** An app that wants {@link apiKey} or a hook, with the routes `/x` and `/u/:id`. */
export function closedWorld(register: (app: Verbs) => void = () => {}, access: AccessSettings = withKey): HttpWorld {
  return httpWorld(
    (app) => {
      register(app);
      app.get("/x", (_req, res) => res.end("inside"));
      app.get("/u/:id", (req, res) => res.json(req.params));
    },
    { access },
  );
}

/** What `/x` of {@link closedWorld} answers who may enter. */
export const inside = Object.freeze({ status: 200, body: "inside" });

export function withHeader(key: string): RequestInit {
  return { headers: { "x-apikey": key } };
}
