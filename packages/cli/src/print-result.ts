import { jsonText, printText, printable } from "./printable.ts";

/** Prints a command's result: as one line of JSON, or as people read it. */
export function printResult({ json }: { readonly json?: true }, data: object, text: () => string): void {
  printText(json ? `${jsonText(data)}\n` : text());
}

/** Rows under each other in columns; the last one is not padded. */
export function asTable(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}
