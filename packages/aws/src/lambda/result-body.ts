import type { WholeAnswer } from "./http-event.ts";

/** A response's body as a Lambda result carries it. */
export interface ResultBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** Bytes the response had. */
  readonly length: number;
}

const textType =
  /^(?:text\/[^;\s]+|application\/(?:json|xml|javascript|ecmascript|x-www-form-urlencoded)|[^;\s]+\+(?:json|xml))$/;
const exact = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Text types in UTF-8 without a content encoding travel as text, everything else as base64. Bytes are never changed: a
 * body that only claims to be UTF-8 goes as base64 too.
 */
export function resultBody({ body: bytes, headers }: WholeAnswer): ResultBody {
  if (bytes.byteLength === 0) return { body: "", isBase64Encoded: false, length: 0 };
  const text = isText(headers) ? decode(bytes) : undefined;
  return {
    body: text ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
    isBase64Encoded: text === undefined,
    length: bytes.byteLength,
  };
}

function isText(headers: Headers): boolean {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.trim().toLowerCase() !== "identity") return false;
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(parameter)?.[1]);
  return (
    textType.test(type.trim()) && charset.every((name) => name === undefined || /^(?:utf-?8|us-ascii)$/.test(name))
  );
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return exact.decode(bytes);
  } catch {
    return undefined;
  }
}
