import { Writable } from "node:stream";
import type { LambdaResponseStream } from "@stephooks/aws/lambda";
import { isRecord } from "@stephooks/core";

/** Statuses that have no body; Fetch refuses one. */
const bodyless: readonly number[] = [204, 205, 304];

/** Bytes a client may leave unread before the handler is told to wait. */
const highWaterMark = 65_536;

const delimiter = Buffer.alloc(8);

/**
 * Stands in for the Function URL at the other end of a handler's response stream: reads status and headers from the
 * front of the stream, then passes the body on as it comes.
 */
export function receivedAnswer(): { readonly stream: LambdaResponseStream; readonly response: Promise<Response> } {
  const stream = new AnswerStream();
  return { stream, response: stream.response };
}

class AnswerStream extends Writable implements LambdaResponseStream {
  readonly response: Promise<Response>;
  readonly #answered = Promise.withResolvers<Response>();
  #head = Buffer.alloc(0);
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #wanted: (() => void) | undefined;

  constructor() {
    super({ decodeStrings: true, highWaterMark });
    this.response = this.#answered.promise;
    // Whoever reads the answer sees the failure; as an event it would end the process.
    this.on("error", () => {});
  }

  setContentType(_type: string): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.#body === undefined) this.#readHead(chunk);
    else if (chunk.byteLength > 0) this.#body.enqueue(Uint8Array.from(chunk));
    if ((this.#body?.desiredSize ?? 1) > 0) done();
    else this.#wanted = done;
  }

  override _final(done: () => void): void {
    if (this.#body === undefined) this.#answered.reject(new Error("the handler ended its answer before the head"));
    else this.#body.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const reason = error ?? new Error("the handler's answer broke off");
    this.#answered.reject(reason);
    if (!this.writableFinished) this.#body?.error(reason);
    this.#wanted?.();
    done(error);
  }

  #readHead(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(delimiter);
    if (end === -1) return;
    const { headers, status } = parseHead(this.#head.subarray(0, end).toString("utf8"));
    const body = this.#openBody();
    this.#answered.resolve(new Response(bodyless.includes(status) ? null : body, { status, headers }));
    const rest = this.#head.subarray(end + delimiter.byteLength);
    if (rest.byteLength > 0) this.#body?.enqueue(Uint8Array.from(rest));
  }

  #openBody(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#body = controller),
        pull: () => {
          const wanted = this.#wanted;
          this.#wanted = undefined;
          wanted?.();
        },
        cancel: () => void this.destroy(),
      },
      { highWaterMark, size: (chunk) => chunk.byteLength },
    );
  }
}

function parseHead(text: string): { readonly status: number; readonly headers: Headers } {
  const head: unknown = JSON.parse(text);
  if (!isRecord(head) || typeof head["statusCode"] !== "number") throw new TypeError("the answer has no status");
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(head["headers"]) ? head["headers"] : {})) {
    headers.append(name, String(value));
  }
  const cookies: unknown = head["cookies"];
  if (Array.isArray(cookies)) for (const cookie of cookies) headers.append("set-cookie", String(cookie));
  return { status: head["statusCode"], headers };
}
