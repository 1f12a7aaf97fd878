import { styleText } from "node:util";

/** What steers a terminal: control characters and directions of writing. Two joiners are letters of some scripts. */
const STEERING = String.raw`(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`;

const steering = new RegExp(STEERING, "gu");

/** The same but for line ends and tabs. */
const steeringLines = new RegExp(String.raw`(\r?\n|\t)|${STEERING}`, "gu");

/** The same but for colours, too. */
const steeringColoured = new RegExp(String.raw`(\r?\n|\t|\u001b\[[\d;]*m)|${STEERING}`, "gu");

const REPLACEMENT = "\u{fffd}";

/** Text of an app or of AWS in one line, without what would steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(steering, REPLACEMENT);
}

/** JSON without what would steer a terminal: it is escaped, and read back as it was. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(steeringLines, (found: string, kept?: string) =>
    kept === undefined ? escaped(found) : found,
  );
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    return String.raw`\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

/** Lines for people, without what would steer a terminal; colours only where the stream shows any. */
export function printText(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  const isColoured = styleText("red", "x", { stream }) !== "x";
  stream.write(
    text.replaceAll(isColoured ? steeringColoured : steeringLines, (_found, kept?: string) => kept ?? REPLACEMENT),
  );
}

/** A value that a program may read, as it is; on a terminal as {@link printText}. */
export function printValue(value: string | Uint8Array): void {
  if (process.stdout.isTTY) printText(Buffer.from(value).toString("utf8"));
  else process.stdout.write(value);
}
