import { StephooksError } from "../stephooks-error.ts";

/**
 * The whole body. The limit counts the bytes that arrive: what `Content-Length` says is not believed. Throws
 * `body-too-large`, `unsupported-encoding` for a compressed body (it could unpack to anything) or `unreadable-body`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  assertPlain(request);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of failingAsUnreadable(request.body)) {
    size += chunk.byteLength;
    assertSize(size, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The same for a body that is here already. */
export function acceptedBody(body: Uint8Array, request: Request, maxBytes: number): Uint8Array {
  assertPlain(request);
  assertSize(body.byteLength, maxBytes);
  return body;
}

function assertPlain({ headers }: Request): void {
  const encoding = (headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return;
  throw new StephooksError(
    "unsupported-encoding",
    "Bodies with a content-encoding are not unpacked: send it as it is.",
  );
}

function assertSize(size: number, maxBytes: number): void {
  if (size > maxBytes) throw new StephooksError("body-too-large", `The body is larger than ${maxBytes} bytes.`);
}

/** Leaving the loop over it cancels the stream. */
async function* failingAsUnreadable(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new StephooksError("unreadable-body", "The body broke off before its end.", {}, { cause });
  }
}
