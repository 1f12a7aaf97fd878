/** Lines shown before and after the one that is meant. */
const AROUND = 2;

/** The lines around a place of a source, with a mark below it. Lines and columns begin at 1. */
export function codeFrame(text: string, line: number, column: number): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - AROUND);
  const last = Math.min(lines.length, line + AROUND);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const content = lines[number - 1] ?? "";
    shown.push(`${number === line ? ">" : " "} ${String(number).padStart(width)} | ${content}`.trimEnd());
    // A tab stays one, so that the mark stands below its letter.
    if (number === line)
      shown.push(`  ${" ".repeat(width)} | ${content.slice(0, column - 1).replaceAll(/[^\t]/g, " ")}^`);
  }
  return shown.join("\n");
}
