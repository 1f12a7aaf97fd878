import { expect, test } from "vitest";
import { matchOutput, readTranscript } from "./support/transcript.ts";

test("files, commands with their output, and Ctrl-C are read in order", () => {
  const page = `Text

<!-- file: a/index.ts -->

\`\`\`ts run
const a = 1;
\`\`\`

\`\`\`console
$ first
one
two
$ second
\`\`\`

\`\`\`ts
ignored
\`\`\`

\`\`\`console terminal=dev
$ serve
ready
\`\`\`

\`\`\`console terminal=dev
^C
\`\`\`
`;
  expect(readTranscript(page)).toEqual([
    { kind: "file", path: "a/index.ts", content: "const a = 1;\n" },
    { kind: "command", terminal: undefined, command: "first", output: "one\ntwo\n" },
    { kind: "command", terminal: undefined, command: "second", output: "" },
    { kind: "command", terminal: "dev", command: "serve", output: "ready\n" },
    { kind: "interrupt", terminal: "dev" },
  ]);
});

test.each([
  ["the same text", "one\ntwo\n", "one\ntwo\n", {}],
  ["an id, also when it comes again", `{"id":"<id>"} <id>`, `{"id":"01AB"} 01AB`, { id: "01AB" }],
  ["numbers that differ", "<n> KB, <n> KB", "12 KB, 3 KB", { n: "12" }],
  ["text left out within a line", `{"a":1,..."z":2}`, `{"a":1,"b":3,"z":2}`, {}],
  ["lines left out before and after", "...\nhere\n...\n", "a\nb\nhere\nc\n", {}],
  ["no lines where some may be", "...\nhere\n...\n", "here\n", {}],
])("matches %s", (_what, shown, printed, found) => {
  expect(matchOutput(shown, printed)).toEqual(found);
});

test.each([
  ["another text", "one", "two"],
  ["more than is shown", "one", "one\ntwo"],
  ["less than is shown", "one\ntwo", "one"],
  ["another id the second time", "<id> <id>", "01AB 01AC"],
  ["a character that patterns know", "a.c", "abc"],
  ["text where a number belongs", "<n> KB", "some KB"],
])("does not match %s", (_what, shown, printed) => {
  expect(matchOutput(shown, printed)).toBeUndefined();
});
