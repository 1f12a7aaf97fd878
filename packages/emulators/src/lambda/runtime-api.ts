import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isRecord } from "@stephooks/core";
import { EmulatorError } from "../emulator-error.ts";

/** One event for a function. */
export interface Invocation {
  readonly id: string;
  /** JSON. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly functionArn: string;
}

/** What a function answers: at once, or as it is written. */
export interface FunctionAnswer {
  readonly mode: "buffered" | "streaming";
  readonly contentType: string;
  /** Breaks off with EmulatorError `invocation-failed`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The Runtime API of one execution environment, which has one process and one invocation at a time. */
export interface RuntimeApi {
  /** `host:port`, as the process is given it. */
  readonly address: string;
  /** Settles when the process asks for its first invocation. @throws EmulatorError `invocation-failed` when it says it cannot. */
  readonly initialised: Promise<void>;
  /** Settles with the beginning of the answer. @throws EmulatorError `invocation-failed`. */
  invoke(invocation: Invocation): Promise<FunctionAnswer>;
  /** Settles when the process asks for an invocation after the one that was begun last. */
  idle(): Promise<void>;
  /** Ends what is waited for with this reason: the process is gone. */
  fail(reason: EmulatorError): void;
  close(): void;
}

/** Largest answer that is not streamed: Lambda's limit, bytes. */
const MAX_ANSWER = 6 * 1_024 * 1_024;

const ROOT = "/2018-06-01/runtime/";

/** Listens on loopback. (AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes") */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const state = new RuntimeState();
  const server = createServer((request, response) => {
    route(state, request, response).catch((error: unknown) => {
      // Of an invocation that is over, or a process that went away in the middle of a request.
      state.broken(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has no port.");
  return {
    address: `127.0.0.1:${address.port}`,
    initialised: state.initialised,
    invoke: (invocation) => state.invoke(invocation),
    idle: () => state.idle(),
    fail: (reason) => state.fail(reason),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Who waits for whom. */
class RuntimeState {
  readonly #initialised = Promise.withResolvers<void>();
  readonly initialised = this.#initialised.promise;
  /** A process that waits for an invocation. */
  #waiting: ServerResponse | undefined;
  /** An invocation that waits for the process. */
  #pending: Invocation | undefined;
  #current: { readonly id: string; readonly answer: PromiseWithResolvers<FunctionAnswer> } | undefined;
  #idle = Promise.withResolvers<void>();
  #reason: EmulatorError | undefined;

  constructor() {
    // Whoever invokes hears of it; nobody else need listen.
    this.initialised.catch(() => {});
    this.#idle.promise.catch(() => {});
  }

  next(response: ServerResponse): void {
    this.#initialised.resolve();
    this.#waiting = response;
    this.#current = undefined;
    this.#idle.resolve();
    this.#deliver();
  }

  invoke(invocation: Invocation): Promise<FunctionAnswer> {
    if (this.#reason) return Promise.reject(this.#reason);
    const answer = Promise.withResolvers<FunctionAnswer>();
    this.#idle = Promise.withResolvers();
    this.#idle.promise.catch(() => {});
    this.#current = { id: invocation.id, answer };
    this.#pending = invocation;
    this.#deliver();
    return answer.promise;
  }

  idle(): Promise<void> {
    return this.#idle.promise;
  }

  /** The invocation with this id, when it is the one that runs. */
  answerOf(id: string): PromiseWithResolvers<FunctionAnswer> | undefined {
    return this.#current?.id === id ? this.#current.answer : undefined;
  }

  fail(reason: EmulatorError): void {
    this.#reason ??= reason;
    this.#initialised.reject(reason);
    this.#current?.answer.reject(reason);
    this.#idle.reject(reason);
  }

  broken(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#current?.answer.reject(invocationFailed("Runtime.BrokenAnswer", reason));
  }

  #deliver(): void {
    const [response, invocation] = [this.#waiting, this.#pending];
    if (response === undefined || invocation === undefined) return;
    [this.#waiting, this.#pending] = [undefined, undefined];
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": String(invocation.deadline),
      "lambda-runtime-invoked-function-arn": invocation.functionArn,
      "lambda-runtime-trace-id": `Root=1-00000000-${invocation.id.replaceAll("-", "").slice(0, 24)};Sampled=0`,
    });
    response.end(invocation.event);
  }
}

async function route(state: RuntimeState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.startsWith(ROOT) ? request.url.slice(ROOT.length) : "";
  const [, id = "", act] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
  const key = `${request.method} ${act ?? path}`;
  if (key === "GET invocation/next") return state.next(response);
  if (key === "POST init/error") {
    state.fail(failureOf(await readText(request)));
    return accepted(response);
  }
  const answer = act === undefined || request.method !== "POST" ? undefined : state.answerOf(decodeURIComponent(id));
  if (answer === undefined) {
    return refused(response, act === undefined ? 404 : 400, act === undefined ? "NotFound" : "InvalidRequestID");
  }
  if (act === "error") {
    answer.reject(failureOf(await readText(request)));
    return accepted(response);
  }
  const isStream = request.headers["lambda-runtime-function-response-mode"] === "streaming";
  await (isStream ? takeStream(request, answer) : takeWhole(request, answer));
  accepted(response);
}

async function takeWhole(request: IncomingMessage, answer: PromiseWithResolvers<FunctionAnswer>): Promise<void> {
  const body = await readBytes(request);
  if (body.byteLength > MAX_ANSWER) {
    answer.reject(invocationFailed("Function.ResponseSizeTooLarge", "The answer is larger than 6 MB."));
    return;
  }
  answer.resolve({ mode: "buffered", contentType: typeOf(request), body: one(body) });
}

/** Settles when the whole answer was read: the process may not ask for the next event before. */
async function takeStream(request: IncomingMessage, answer: PromiseWithResolvers<FunctionAnswer>): Promise<void> {
  const read = Promise.withResolvers<void>();
  answer.resolve({ mode: "streaming", contentType: typeOf(request), body: streamed(request, read.resolve) });
  await read.promise;
}

async function* one(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

/** An error of the handler after the first byte comes as a trailer. A function whose answer nobody reads runs on. */
async function* streamed(request: IncomingMessage, over: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield bytesOf(chunk);
    const type = request.trailers["lambda-runtime-function-error-type"];
    if (type === undefined) return;
    const told = request.trailers["lambda-runtime-function-error-body"] ?? "";
    throw failureOf(Buffer.from(told, "base64").toString("utf8"));
  } finally {
    request.resume();
    over();
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}

function typeOf(request: IncomingMessage): string {
  return request.headers["content-type"] ?? "application/octet-stream";
}

async function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(bytesOf(chunk));
  return Buffer.concat(chunks);
}

async function readText(request: IncomingMessage): Promise<string> {
  return Buffer.from(await readBytes(request)).toString("utf8");
}

function accepted(response: ServerResponse): void {
  response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}\n');
}

function refused(response: ServerResponse, status: number, errorType: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ errorType }));
}

/** `{ errorType, errorMessage, … }`, as a runtime client tells of it. */
function failureOf(text: string): EmulatorError {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    told = undefined;
  }
  const { errorMessage = text, errorType = "Unhandled" } = isRecord(told) ? told : {};
  return invocationFailed(String(errorType), String(errorMessage));
}

export function invocationFailed(errorType: string, message: string): EmulatorError {
  return new EmulatorError("invocation-failed", `${errorType}: ${message}`, { errorType });
}
