import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The package as an app would have it installed. */
const stephooks = fileURLToPath(new URL("../../../stephooks", import.meta.url));

/** A folder with these files and stephooks in its node_modules; removed after the test. */
export function temporaryApp(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-cli-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(stephooks, join(folder, "node_modules", "stephooks"), "dir");
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The shortest app. */
export const greetingApp = `import { app } from "stephooks";
app.get("/hello", async (_req, res) => { res.json({ hello: "world" }); });
export default app.init();
`;
