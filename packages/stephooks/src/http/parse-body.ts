import { StephooksError } from "../stephooks-error.ts";
import { fieldsOf } from "./http-request.ts";
import { type JsonFault, scanJson } from "./json-scan.ts";

/** The deepest JSON accepted: `[[]]` is 2. Far below what breaks a recursive function further on. */
const maxJsonDepth = 100;

/** The most fields of a form accepted. */
const maxFormFields = 1000;

/**
 * What a handler sees as `body`: the value of a JSON body (of two equal keys the last counts), the fields of a form,
 * `{}` for an empty body and for any other content type. Throws `malformed-json` with the position, `json-too-deep`
 * or `too-many-fields`.
 */
export function parseBody(bytes: Uint8Array, contentType: string): unknown {
  const mediaType = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (bytes.byteLength === 0) return {};
  if (mediaType === "application/json" || mediaType.endsWith("+json")) return parseJson(bytes);
  return mediaType === "application/x-www-form-urlencoded" ? parseForm(bytes) : {};
}

function parseJson(bytes: Uint8Array): unknown {
  const text = strictUtf8(bytes);
  if (text === undefined) throw new StephooksError("malformed-json", "The body is not JSON: its bytes are not UTF-8.");
  const fault = scanJson(text, maxJsonDepth);
  if (fault !== undefined) throw new StephooksError(fault.code, faultText(fault, text), { position: fault.position });
  return JSON.parse(text);
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function faultText(fault: JsonFault, text: string): string {
  const where = `position ${fault.position}`;
  if (fault.code === "json-too-deep") return `The JSON body is nested deeper than ${maxJsonDepth} at ${where}.`;
  if (fault.position >= text.length) return `The body is not JSON: it ends too early, at ${where}.`;
  return `The body is not JSON: unexpected ${JSON.stringify(text.charAt(fault.position))} at ${where}.`;
}

function parseForm(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString("utf8");
  let separators = 0;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) separators += 1;
  if (separators < maxFormFields) return fieldsOf(new URLSearchParams(text));
  throw new StephooksError("too-many-fields", `The form has more than ${maxFormFields} fields.`);
}
