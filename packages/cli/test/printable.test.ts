import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { jsonText, printable, printText } from "../src/printable.ts";
import { asTable } from "../src/print-result.ts";
import { changeLine } from "../src/workflow/state-changes.ts";

const source = new URL("../src/", import.meta.url);

/** Whatever begins a sequence of a terminal, or turns the direction of writing round. */
const steers = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

const hostile = fc.string({
  unit: fc.oneof(fc.constantFrom("\u001b", "\u009b", "\u0007", "\r", "\n", "\u202e"), fc.string()),
});

function printed(text: string): string {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  printText(text);
  return write.mock.calls.map(([chunk]) => String(chunk)).join("");
}

describe("text of others steers no terminal", () => {
  test("in a line, in lines and in JSON, which is read back as it was", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(text)).not.toMatch(steers);
        expect(printed(text).replaceAll("\r\n", "\n")).not.toMatch(steers);
        const json = jsonText({ [text]: text }, 2);
        expect(json).not.toMatch(steers);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });

  test("also as the key of a state, and as the cell of a table, which stays one line", () => {
    expect(changeLine({ key: "\u001b]0;x\u0007", after: "\u009b2J" })).not.toMatch(steers);
    expect(asTable([["a\nb\u001b[2J", "c"]])).toBe("a\u{fffd}b\u{fffd}[2J  c\n");
  });

  test("scripts that join letters stay as they are", () => {
    const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} می\u200cخواهم";
    expect([printable(family), printed(family)]).toEqual([family, family]);
  });
});

test("what is printed goes through one place, but for what is drawn, generated or read by programs", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const writing = files.filter((name) =>
    /process\.std(?:out|err)\.write\(/.test(readFileSync(new URL(name, source), "utf8")),
  );
  expect(writing.toSorted()).toEqual([
    "commands/completion.ts",
    "deploy/run-bootstrap.ts",
    "printable.ts",
    "run-graph.ts",
    "run-template.ts",
  ]);
});

test("a command that fails says so without steering the terminal", () => {
  const args = ["--conditions=source", new URL("main.ts", source).pathname, "dev", "no\u001b[2J\u009bsuch"];
  const run = () => execFileSync(process.execPath, args, { encoding: "utf8", stdio: "pipe" });
  expect(run).toThrow(
    expect.objectContaining({ stderr: expect.stringMatching(/^bad-usage: There is no no\u{fffd}\[2J\u{fffd}such\./u) }),
  );
});
