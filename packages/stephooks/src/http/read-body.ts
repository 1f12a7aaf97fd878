import { StephooksError } from "../stephooks-error.ts";

/**
 * The whole body. The limit counts the bytes that arrive: what `Content-Length` says is not believed. Throws
 * `body-too-large`, `unsupported-encoding` for a compressed body (it could unpack to anything) or `unreadable-body`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (encoding !== "" && encoding !== "identity") {
    throw new StephooksError(
      "unsupported-encoding",
      "Bodies with a content-encoding are not unpacked: send it as it is.",
    );
  }
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of failingAsUnreadable(request.body)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new StephooksError("body-too-large", `The body is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Leaving the loop over it cancels the stream. */
async function* failingAsUnreadable(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new StephooksError("unreadable-body", "The body broke off before its end.", {}, { cause });
  }
}
