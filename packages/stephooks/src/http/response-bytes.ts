export function isBytes(value: unknown): value is Uint8Array | ArrayBuffer {
  return value instanceof Uint8Array || value instanceof ArrayBuffer;
}

/** A copy: the caller may go on to change its buffer. */
export function bytesOf(content: string | Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  if (typeof content === "string") return Buffer.from(content, "utf8");
  return content instanceof ArrayBuffer ? new Uint8Array(content.slice(0)) : Uint8Array.from(content);
}
