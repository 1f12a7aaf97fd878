import { isRecord } from "@stephooks/core";

/** One record of the input, or why it is none. Lines are counted from 1. */
export type JsonRecord =
  | { readonly ok: true; readonly line: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/**
 * Reads JSON lines, or one JSON array, whichever the text begins with; a piece at a time. A line or an element that is no
 * object is told and does not end the reading. An array that is cut off ends with such a record.
 */
export async function* jsonRecords(chunks: AsyncIterable<string>): AsyncGenerator<JsonRecord> {
  const splitter = new RecordSplitter();
  for await (const chunk of chunks) {
    for (const piece of splitter.push(chunk)) yield recordOf(piece);
  }
  for (const piece of splitter.end()) yield recordOf(piece);
}

interface Piece {
  readonly line: number;
  readonly text: string;
  /** What is wrong around the record, rather than in it. */
  readonly reason?: string;
}

function recordOf({ line, reason, text }: Piece): JsonRecord {
  if (reason !== undefined) return { ok: false, line, reason };
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { ok: true, line, value } : { ok: false, line, reason: "it is no JSON object" };
  } catch (error) {
    return { ok: false, line, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Cuts text into records without understanding them: lines, or in an array what commas outside of strings and brackets
 * divide.
 */
class RecordSplitter {
  #form: "unknown" | "lines" | "array" | "after" = "unknown";
  #line = 1;
  #text = "";
  /** Line in which the record begins. */
  #begun = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  *push(chunk: string): Generator<Piece> {
    for (const character of chunk) {
      if (this.#form === "unknown") this.#begin(character);
      else if (this.#form === "lines") yield* this.#takeOfLines(character);
      else if (this.#form === "array") yield* this.#takeOfArray(character);
      else if (/\S/.test(character)) this.#text += character;
      if (character === "\n") this.#line += 1;
    }
  }

  *end(): Generator<Piece> {
    if (this.#form === "array") {
      yield { line: this.#line, text: "", reason: "the array does not end: its ] is missing" };
    } else if (this.#form === "after" && this.#text !== "") {
      yield { line: this.#line, text: "", reason: "there is more after the end of the array" };
    } else if (this.#form === "lines") {
      yield* this.#piece();
    }
  }

  #begin(character: string): void {
    // The byte order mark that some editors write.
    if (/[\s\uFEFF]/.test(character)) return;
    this.#form = character === "[" ? "array" : "lines";
    this.#begun = this.#line;
    if (this.#form === "lines") this.#text = character;
  }

  *#takeOfLines(character: string): Generator<Piece> {
    if (character !== "\n") {
      if (this.#text === "") this.#begun = this.#line;
      this.#text += character;
      return;
    }
    yield* this.#piece();
  }

  *#takeOfArray(character: string): Generator<Piece> {
    if (this.#inString) {
      this.#text += character;
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') this.#inString = false;
      return;
    }
    if (this.#depth === 0 && (character === "," || character === "]")) {
      yield* this.#piece();
      if (character === "]") this.#form = "after";
      return;
    }
    if (character === '"') this.#inString = true;
    if (character === "{" || character === "[") this.#depth += 1;
    if (character === "}" || character === "]") this.#depth -= 1;
    if (this.#text === "" && /\s/.test(character)) return;
    if (this.#text === "") this.#begun = this.#line;
    this.#text += character;
  }

  *#piece(): Generator<Piece> {
    const text = this.#text.trim();
    this.#text = "";
    if (text !== "") yield { line: this.#begun, text };
  }
}
