/** Why a text is not JSON that can be accepted, and where. */
export interface JsonFault {
  readonly code: "malformed-json" | "json-too-deep" | "unsafe-key";
  /** In UTF-16 units from the start; the length of the text when it ends too early. */
  readonly position: number;
}

type Expectation = "value" | "first-value" | "key" | "first-key" | "colon" | "separator";

/**
 * Reads a JSON text once, without recursion, and reports the first fault: its position, which the engine's own parser
 * does not always tell, and nesting beyond `maxDepth`, which the parser would follow to the bottom. A surrogate
 * without its partner is a fault too: no UTF-8 can hold it. So is a key `__proto__`, and `prototype` right under
 * `constructor`: copying such an object key by key would reach a prototype.
 */
export function scanJson(text: string, maxDepth: number): JsonFault | undefined {
  const open: string[] = [];
  const owners: string[] = [];
  let lastKey = "";
  let expected: Expectation = "value";
  let at = afterSpace(text, 0);
  for (; at < text.length; at = afterSpace(text, at)) {
    const unit = text.charAt(at);
    if (unit === closerFor(open, expected)) {
      open.pop();
      owners.pop();
      at += 1;
      expected = "separator";
    } else if (expected === "separator" || expected === "colon") {
      if (unit !== (expected === "colon" ? ":" : ",") || open.length === 0)
        return { code: "malformed-json", position: at };
      at += 1;
      expected = expected === "separator" && open.at(-1) === "}" ? "key" : "value";
    } else if (expected === "key" || expected === "first-key" || (unit !== "{" && unit !== "[")) {
      const isKey: boolean = expected === "key" || expected === "first-key";
      const end = isKey && unit !== '"' ? ~at : afterScalar(text, at);
      if (end < 0) return { code: "malformed-json", position: ~end };
      if (isKey) {
        lastKey = keyOf(text.slice(at, end));
        if (namesPrototype(lastKey, owners.at(-1))) return { code: "unsafe-key", position: at };
      }
      at = end;
      expected = isKey ? "colon" : "separator";
    } else {
      if (open.length === maxDepth) return { code: "json-too-deep", position: at };
      owners.push(open.at(-1) === "}" ? lastKey : "");
      open.push(unit === "{" ? "}" : "]");
      at += 1;
      expected = unit === "{" ? "first-key" : "first-value";
    }
  }
  return open.length === 0 && expected === "separator" ? undefined : { code: "malformed-json", position: at };
}

/** `owner` is the key under which the object lies that has `key`. */
function namesPrototype(key: string, owner: string | undefined): boolean {
  return key === "__proto__" || (key === "prototype" && owner === "constructor");
}

function keyOf(quoted: string): string {
  return quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

/** The bracket that may close the innermost container here, if one may. */
function closerFor(open: readonly string[], expected: Expectation): string | undefined {
  const mayClose = expected === "separator" || expected === "first-key" || expected === "first-value";
  return mayClose ? open.at(-1) : undefined;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at += 1;
  return at;
}

/** Position after a string, number or word; `~position` of the fault, which is negative, when it is none. */
function afterScalar(text: string, at: number): number {
  if (text[at] === '"') return afterString(text, at);
  for (const word of ["true", "false", "null"]) {
    if (text.startsWith(word, at)) return at + word.length;
  }
  return afterNumber(text, at);
}

function afterString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (unit < 0x20) return ~at;
    const end = unit === 0x5c ? afterEscape(text, at) : at + 1;
    if (end < 0) return end;
    at = end;
  }
  return ~text.length;
}

function afterEscape(text: string, at: number): number {
  const kind = text.charAt(at + 1);
  if (kind === "") return ~text.length;
  if (kind !== "u") return '"\\/bfnrt'.includes(kind) ? at + 2 : ~at;
  const unit = escapedUnit(text, at);
  if (unit === undefined || (unit >= 0xdc00 && unit <= 0xdfff)) return ~at;
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const partner = escapedUnit(text, at + 6);
  return partner !== undefined && partner >= 0xdc00 && partner <= 0xdfff ? at + 12 : ~at;
}

function escapedUnit(text: string, at: number): number | undefined {
  const escape = text.slice(at, at + 6);
  return /^\\u[0-9a-fA-F]{4}$/.test(escape) ? Number.parseInt(escape.slice(2), 16) : undefined;
}

function afterNumber(text: string, start: number): number {
  const whole = text[start] === "-" ? start + 1 : start;
  let at = text[whole] === "0" ? whole + 1 : afterDigits(text, whole);
  if (at >= 0 && text[at] === ".") at = afterDigits(text, at + 1);
  if (at >= 0 && (text[at] === "e" || text[at] === "E")) {
    at = afterDigits(text, text[at + 1] === "+" || text[at + 1] === "-" ? at + 2 : at + 1);
  }
  return at;
}

/** At least one digit. */
function afterDigits(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at += 1;
  return at === start ? ~start : at;
}
