import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Command, CommanderError } from "commander";
import { describe, expect, test, vi } from "vitest";
import { candidates } from "../src/completion/candidates.ts";
import { createProgram } from "../src/program.ts";
import { emptyFolder } from "./support/created-app.ts";
import { runCommand } from "./support/run-command.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Every command below the program, by the words that name it. */
function tree(command: Command, words: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((sub) => [[...words, sub.name()], ...tree(sub, [...words, sub.name()])]);
}

const paths: readonly (readonly string[])[] = [[], ...tree(createProgram())];
const named = paths.map((words) => ({ name: ["stephooks", ...words].join(" "), words }));

function commandAt(words: readonly string[]): Command {
  const silent = { writeOut: () => {}, writeErr: () => {} };
  let found = createProgram().configureOutput(silent);
  for (const word of words) {
    const sub = found.commands.find((command) => command.name() === word);
    if (sub === undefined) throw new Error(`no command ${word}`);
    found = sub.configureOutput(silent);
  }
  return found;
}

function helpOf(words: readonly string[]): string {
  let text = "";
  const command = commandAt(words).configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

async function failureOf(words: readonly string[], args: readonly string[]): Promise<{ code: string; said: string }> {
  const failure = await commandAt(words)
    .parseAsync([...args], { from: "user" })
    .catch((error: unknown) => error);
  if (!(failure instanceof CommanderError)) throw new Error(`${words.join(" ")} took ${args.join(" ")}`);
  return { code: failure.code, said: failure.message };
}

describe.each(named)("$name", ({ name, words }) => {
  test("says what it is for, and has examples of itself", () => {
    expect(commandAt(words).description()).not.toBe("");
    const [, examples = ""] = helpOf(words).split("\nExamples:\n");
    const lines = examples.split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^ {2}(?:\S.*[<(|] ?\(?)?stephooks /);
    expect(lines.some((line) => line.includes(name))).toBe(true);
  });

  test("describes every option and argument", () => {
    for (const { description, flags } of commandAt(words).options) expect([flags, description]).not.toContain("");
    for (const argument of commandAt(words).registeredArguments) {
      expect([argument.name(), argument.description]).not.toContain("");
    }
  });

  test("refuses an option it does not have, with the one that was meant if there is one like it", async () => {
    const needed = commandAt(words).options.flatMap(({ long, mandatory }) => (mandatory && long ? [long, "x"] : []));
    const { code, said } = await failureOf(words, [...needed, "--halp"]);
    expect(code).toBe("commander.unknownOption");
    expect(said).toContain("Did you mean --help?");
  });
});

test("a command nobody knows is refused with the one that was meant", async () => {
  expect(await failureOf([], ["rotes"])).toMatchObject({
    code: "commander.unknownCommand",
    said: expect.stringContaining("Did you mean routes?"),
  });
});

test("--help loads at most 90 modules, and of the packages only what makes the command line", async () => {
  const node = ["--import", fileURLToPath(new URL("support/loaded-modules.mjs", import.meta.url))];
  const { code, stderr } = await runCommand(["--help"], { node });
  expect(code).toBe(0);
  const loaded = stderr.trim().split("\n");
  const packages = loaded.flatMap(
    (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1] ?? [],
  );
  expect([...new Set(packages)]).toEqual(["commander", "ulid"]);
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.length).toBeLessThan(90);
});

describe("completion", () => {
  /** What the script of bash completes after these words, with `stephooks` on the path as it is installed. */
  async function completed(...words: readonly string[]): Promise<readonly string[]> {
    const folder = emptyFolder();
    const program = join(folder, "stephooks");
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" --conditions=source "${main}" "$@"\n`);
    chmodSync(program, 0o755);
    const { stdout: script } = await runCommand(["completion", "bash"]);
    const shell = `${script}
COMP_WORDS=(stephooks ${words.map((word) => `"${word}"`).join(" ")})
COMP_CWORD=${words.length}
_stephooks
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", shell], {
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
    });
    return stdout.trimEnd().split("\n");
  }

  test("bash completes commands, sub-commands, options and values", async () => {
    expect(await completed("rout")).toEqual(["routes"]);
    expect(await completed("token", "")).toEqual(["add", "list", "remove", "help"]);
    expect(await completed("build", "src/my app", "--o")).toEqual(["--out"]);
    expect(await completed("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await completed("build", "--out", "")).toEqual([""]);
  });

  test.each([
    { words: [""], has: ["create", "dev", "token"], lacks: ["complete", "--help", "add"] },
    { words: ["token", "list", "--"], has: ["--stage", "--json", "--help"], lacks: ["--read-only"] },
    { words: ["token", "add", "--stage", "token", "--"], has: ["--read-only"], lacks: ["--stage"] },
    { words: ["dev", "--port", "--"], has: [], lacks: ["--json"] },
    { words: ["nonsense", ""], has: ["create"], lacks: [] },
    { words: [], has: ["create"], lacks: [] },
  ])("after $words come $has and not $lacks", ({ has, lacks, words }) => {
    const found = candidates(createProgram(), words).map(({ word }) => word);
    expect(found).toEqual(expect.arrayContaining(has));
    for (const word of lacks) expect(found).not.toContain(word);
  });

  test.each(["zsh", "fish"])("%s gets a script that asks the command", async (shell) => {
    const { code, stdout } = await runCommand(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/stephooks complete --/);
  });

  test("another shell is wrong usage", async () => {
    const { code, stderr } = await runCommand(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(stderr).toContain("bash, zsh, fish");
  });
});
