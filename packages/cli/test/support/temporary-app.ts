import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The package as an app would have it installed. */
const stephooks = fileURLToPath(new URL("../../../stephooks", import.meta.url));

/** A folder with these files and stephooks in its node_modules; removed after the test. */
export function temporaryApp(files: Readonly<Record<string, string>>): string {
  const folder = appFolder(files);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The same, and it stays: for what several tests share. */
export function appFolder(files: Readonly<Record<string, string>>): string {
  const folder = newFolder(files);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(stephooks, join(folder, "node_modules", "stephooks"), "dir");
  return folder;
}

/** A folder with these files and nothing of stephooks in it, as somebody who comes from codehooks has it. */
export function codehooksApp(files: Readonly<Record<string, string>>): string {
  const folder = newFolder(files);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function newFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-cli-test-"));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** The shortest app. */
export const greetingApp = `import { app } from "stephooks";
app.get("/hello", async (_req, res) => { res.json({ hello: "world" }); });
export default app.init();
`;
