import { StephooksError } from "../stephooks-error.ts";
import { type JsonFault, scanJson } from "./json-scan.ts";
import { fieldsOf } from "./url-fields.ts";

/** The deepest JSON accepted: `[[]]` is 2. Far below what breaks a recursive function further on. */
const maxJsonDepth = 100;

/**
 * What a handler sees as `body`: the value of a JSON body (of two equal keys the last counts), the fields of a form,
 * `{}` for an empty body and for any other content type. Throws `malformed-json` with the position, `json-too-deep`,
 * `unsafe-key` or `too-many-fields`.
 */
export function parseBody(bytes: Uint8Array, contentType: string): unknown {
  const mediaType = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (bytes.byteLength === 0) return {};
  if (mediaType === "application/json" || mediaType.endsWith("+json")) return parseJson(bytes);
  return mediaType === "application/x-www-form-urlencoded" ? fieldsOf(Buffer.from(bytes).toString("utf8"), "form") : {};
}

function parseJson(bytes: Uint8Array): unknown {
  const text = strictUtf8(bytes);
  if (text === undefined) throw new StephooksError("malformed-json", "The body is not JSON: its bytes are not UTF-8.");
  if (isPlain(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // The scan tells where.
    }
  }
  const fault = scanJson(text, maxJsonDepth);
  if (fault !== undefined) throw new StephooksError(fault.code, faultText(fault, text), { position: fault.position });
  return JSON.parse(text);
}

/**
 * True when the engine's parser alone finds every fault of the text: no escaped code unit, no name that could reach a
 * prototype, and fewer opening brackets than the depth allowed. Most bodies are such, and the parser is faster.
 */
function isPlain(text: string): boolean {
  if (text.includes("\\u") || text.includes("__proto__") || text.includes("prototype")) return false;
  let brackets = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets += 1;
      if (brackets > maxJsonDepth) return false;
    }
  }
  return true;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function faultText(fault: JsonFault, text: string): string {
  const where = `position ${fault.position}`;
  if (fault.code === "unsafe-key") return `The JSON body has a key that names a prototype, at ${where}.`;
  if (fault.code === "json-too-deep") return `The JSON body is nested deeper than ${maxJsonDepth} at ${where}.`;
  if (fault.position >= text.length) return `The body is not JSON: it ends too early, at ${where}.`;
  return `The body is not JSON: unexpected ${JSON.stringify(text.charAt(fault.position))} at ${where}.`;
}
