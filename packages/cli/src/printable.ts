/** Text of an app or of AWS without what would steer a terminal: control characters and directions of writing. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
