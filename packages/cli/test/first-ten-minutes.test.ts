import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Found, matchOutput, readTranscript } from "./support/transcript.ts";

/* Does what docs/first-ten-minutes.md says, in a folder of its own, and compares what is printed with what it shows. */

const page = fileURLToPath(new URL("../../stephooks/docs/first-ten-minutes.md", import.meta.url));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The port that the page shows. Another one may be free here. */
const SHOWN_PORT = "3000";

/** Until a command has printed what is shown, milliseconds. */
const LIMIT = 60_000;

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return String(typeof address === "object" ? address?.port : address);
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  printed: string;
  complaints: string;
}

/** A shell in which `npx stephooks` is the command of these sources. */
function shell(home: string) {
  const bin = join(home, ".bin");
  mkdirSync(bin);
  const script = `#!/bin/sh\nshift\nexec "${process.execPath}" --conditions=source "${main}" "$@"\n`;
  writeFileSync(join(bin, "npx"), script, { mode: 0o755 });
  let cwd = home;
  const env = { ...process.env, NO_COLOR: "1", PATH: `${bin}:${process.env["PATH"]}` };
  return {
    enter: (folder: string) => (cwd = resolve(cwd, folder)),
    run: (command: string): Running => {
      // `exec`, so that Ctrl-C reaches the command itself.
      const child = spawn("/bin/sh", ["-c", `exec ${command}`], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      const running: Running = { child, ended: once(child, "close"), printed: "", complaints: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => (running.printed += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (running.complaints += text));
      return running;
    },
  };
}

test("the first ten minutes are as the page tells them", { timeout: 300_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), "stephooks-first-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { enter, run } = shell(home);
  const terminals = new Map<string, Running>();
  let port = await freePort();
  let found: Found = {};
  const here = (text: string): string => text.replaceAll(SHOWN_PORT, port);

  for (const step of readTranscript(readFileSync(page, "utf8"))) {
    if (step.kind === "file") {
      mkdirSync(dirname(join(home, step.path)), { recursive: true });
      writeFileSync(join(home, step.path), step.content);
      continue;
    }
    if (step.kind === "interrupt") {
      const running = terminals.get(step.terminal);
      running?.child.kill("SIGINT");
      await running?.ended;
      port = await freePort();
      continue;
    }
    const typed = here(step.command.replaceAll(/<(\w+)>/g, (all, name: string) => found[name] ?? all));
    const [, folder] = /^cd (\S+)$/.exec(typed) ?? [];
    if (folder !== undefined) {
      enter(folder);
      continue;
    }
    const command = step.terminal === undefined ? typed : `${typed} --port ${port}`;
    const deadline = Date.now() + LIMIT;
    let running = run(command);
    for (;;) {
      if (step.terminal === undefined) await running.ended;
      const match = matchOutput(here(step.output), running.printed);
      if (match !== undefined) {
        found = { ...found, ...match };
        break;
      }
      // What changes nothing is asked for again until it is as shown: a workflow takes its time.
      const isRead = (typed.startsWith("curl ") && !typed.includes(" -d ")) || typed.includes(" workflow show ");
      if ((running.child.exitCode !== null && !isRead) || Date.now() > deadline) {
        expect(`${running.printed}${running.complaints}`, `$ ${command}`).toBe(here(step.output));
      }
      await new Promise((resume) => setTimeout(resume, 50));
      if (step.terminal === undefined) running = run(command);
    }
    if (step.terminal !== undefined) terminals.set(step.terminal, running);
  }
});
