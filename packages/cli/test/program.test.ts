import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Command, CommanderError } from "commander";
import { describe, expect, test, vi } from "vitest";
import { candidates } from "../src/completion/candidates.ts";
import type { Shell } from "../src/completion/shell-scripts.ts";
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

function visible(command: Command): { readonly visibleCommands: string[]; readonly visibleOptions: string[] } {
  const help = command.createHelp();
  return {
    visibleCommands: help.visibleCommands(command).map((sub) => sub.name()),
    visibleOptions: help.visibleOptions(command).flatMap(({ long }) => long ?? []),
  };
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
  /** After the script of the shell: completes the words and prints what it offers, one a line, "files" for files. */
  const asks: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
    bash: (words) => `COMP_WORDS=(stephooks ${quoted(words)})
COMP_CWORD=${words.length}
_stephooks
(( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}" || echo files`,
    // The functions of its completion system exist in an interactive shell only.
    zsh: (words) => `words=(stephooks ${quoted(words)}); CURRENT=${words.length + 1}
_describe() { print -rl -- "\${(@)\${(@P)2}%%:*}" }
_files() { print files }
_stephooks`,
    fish: (words) => `function __fish_complete_path; echo files; end
complete -C 'stephooks ${words.map((word) => word.replace(" ", "\\ ")).join(" ")}' | cut -f1`,
  };
  const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(" ");
  const beginning: Readonly<Record<Shell, string>> = { bash: "", zsh: "compdef() {}\n", fish: "" };

  /** The command as it is installed: on the path. */
  function installed(): string {
    const folder = emptyFolder();
    const program = join(folder, "stephooks");
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" --conditions=source "${main}" "$@"\n`);
    chmodSync(program, 0o755);
    return folder;
  }

  // `.ci/run` installs the shells.
  test.each(["bash", "zsh", "fish"] as const)(
    "%s completes commands, sub-commands, options and values",
    async (shell) => {
      const PATH = `${installed()}:${process.env["PATH"]}`;
      const { stdout: script } = await runCommand(["completion", shell]);
      const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
        const options = shell === "fish" ? ["--no-config", "-c"] : shell === "zsh" ? ["-f", "-c"] : ["-c"];
        const text = `${beginning[shell]}${script}\n${asks[shell](words)}`;
        const { stdout } = await promisify(execFile)(shell, [...options, text], { env: { ...process.env, PATH } });
        return stdout.trimEnd().split("\n").toSorted();
      };
      expect(await completed("rout")).toEqual(["routes"]);
      expect(await completed("token", "")).toEqual(["add", "help", "list", "remove"]);
      expect(await completed("build", "src/my app", "--o")).toEqual(["--out"]);
      expect(await completed("completion", "")).toEqual(["bash", "fish", "zsh"]);
      expect(await completed("build", "--out", "")).toEqual(["files"]);
    },
  );

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

  test("every command, sub-command and option can be completed", () => {
    for (const words of paths) {
      const { visibleCommands, visibleOptions } = visible(commandAt(words));
      const subs = candidates(createProgram(), [...words, ""]).map(({ word }) => word);
      expect(subs).toEqual(expect.arrayContaining(visibleCommands));
      const options = candidates(createProgram(), [...words, "--"]).map(({ word }) => word);
      expect(options).toEqual(visibleOptions);
    }
  });

  test("another shell is wrong usage", async () => {
    const { code, stderr } = await runCommand(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(stderr).toContain("bash, zsh, fish");
  });
});
