import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { fits, Shell, transcriptOf } from "./transcript.ts";

/*
 * The commands that the walk-throughs of the two apps show are run, one after the other, against `stephooks dev` and the
 * services that the app's README begins with; each has to print what the page says.
 */

const LIMIT = 240_000;
const workspace = fileURLToPath(new URL("../../..", import.meta.url));
const started: ChildProcess[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of started.splice(0).toReversed()) {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs a program of this workspace; what `found` makes of the first line that it can use. */
async function start<Found>(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  found: (line: string) => Found | undefined,
): Promise<Found> {
  const child = spawn(process.execPath, ["--conditions=source", ...args], {
    cwd: workspace,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const result = found(line);
    if (result !== undefined) {
      child.stdout.resume();
      return result;
    }
  }
  throw new Error(`${args.join(" ")} ended before it was ready`);
}

test.for(["approvals", "onboarding"])("example-%s.md prints what it says", { timeout: LIMIT }, async (app) => {
  const page = readFileSync(join(workspace, `packages/stephooks/docs/example-${app}.md`), "utf8");
  const lines = transcriptOf(page);
  expect(lines.length).toBeGreaterThan(5);
  const settings: Record<string, string> = {};
  await start([`apps/${app}/test/run-services.ts`], {}, (line) => {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings[name] = value;
    return line === "# Ready." ? true : undefined;
  });
  const data = mkdtempSync(join(tmpdir(), "walk-through-"));
  folders.push(data);
  const dev = ["packages/cli/src/main.ts", "dev", `apps/${app}`, "--port", "0", "--virtual-clock", "--json"];
  const url = await start([...dev, "--data", data, "--api-key", "secret"], settings, (line) => JSON.parse(line).url);
  const shell = new Shell({ ...settings, URL: String(url) });
  try {
    for (const line of lines) {
      const printed = await shell.run(line);
      expect(fits(printed, line.printed), `$ ${line.command}\n${printed}`).toBe(true);
    }
  } finally {
    shell.end();
  }
});

describe("a transcript", () => {
  test("is read with commands over several lines, and … stands for anything", () => {
    const page = '# Page\n\n```console run\n$ curl a \\\n    b\n{"x":"…"}\n$ TOKEN=1\n$ echo 2\n2\n```\n';
    expect(transcriptOf(page)).toEqual([
      { command: "curl a \\\n    b", printed: '{"x":"…"}' },
      { command: "TOKEN=1", printed: "" },
      { command: "echo 2", printed: "2" },
    ]);
    expect([fits('{"x":"12"}', '{"x":"…"}'), fits('{"y":"12"}', '{"x":"…"}'), fits("2.", "2,")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("notices a command that prints something else", async () => {
    const shell = new Shell({});
    expect(await shell.run({ command: "WORD=hello", printed: "" })).toBe("");
    expect(await shell.run({ command: "echo $WORD", printed: "goodbye" })).toBe("hello");
    shell.end();
  });
});
