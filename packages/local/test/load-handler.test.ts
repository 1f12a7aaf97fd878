import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LocalError, loadHandler } from "../src/index.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

function bundle(source: string): string {
  const file = join(temporaryFolder(), "index.mjs");
  writeFileSync(file, source);
  return file;
}

test("a bundle's handler tells what the app registered", async () => {
  const { manifest } = await loadHandler(fileURLToPath(new URL("fixtures/laps-app.ts", import.meta.url)));
  expect(manifest.workflows.map(({ name }) => name)).toEqual(["laps", "stuck"]);
});

test.each([
  { has: "no exports", source: "" },
  { has: "a handler that is no function", source: "export const handler = { manifest: {} };" },
  { has: "a function that no app made", source: "export const handler = async () => {};" },
  { has: "a default export only", source: "export default Object.assign(async () => {}, { manifest: {} });" },
])("a bundle with $has is refused with the line to add", async ({ source }) => {
  const file = bundle(source);
  const loading = loadHandler(file);
  await expect(loading).rejects.toBeInstanceOf(LocalError);
  await expect(loading).rejects.toMatchObject({
    code: "no-handler",
    message: `${file} exports no handler. End the entry file with: export default app.init();`,
  });
});

test.each([
  { does: "throws", source: `throw new Error("no database");`, reason: "no database" },
  { does: "throws no error", source: `throw "stop";`, reason: "stop" },
])("a bundle that $does while it is imported fails with that reason", async ({ source, reason }) => {
  await expect(loadHandler(bundle(source))).rejects.toMatchObject({
    code: "bundle-failed",
    message: expect.stringContaining(`threw: ${reason}.`),
    cause: expect.anything(),
  });
});

test("a bundle that is not there fails with its path", async () => {
  await expect(loadHandler(join(temporaryFolder(), "none.mjs"))).rejects.toMatchObject({
    code: "bundle-failed",
    message: expect.stringContaining("none.mjs"),
  });
});
