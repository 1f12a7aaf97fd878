/** What an HTTP API accepts as a request body, bytes (AWS documentation, "Quotas for HTTP APIs"). */
const MAX_BODY_BYTES = 10_000_000;

/** The body's bytes, or undefined when it is larger than an HTTP API takes. Reads no further than the limit. */
export async function readLimited(request: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (request.body === null) return new Uint8Array();
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
