import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const stephooks = fileURLToPath(new URL("../../packages/stephooks", import.meta.url));

/** Files of the app, its entry included. */
const FILES = 200;

/** Writes an app of 200 files with 199 routes, a workflow and documents, and answers its folder. */
export function twoHundredFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-bench-dev-"));
  mkdirSync(join(folder, "routes"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(stephooks, join(folder, "node_modules/stephooks"), "dir");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.ts" }));
  const numbers = Array.from({ length: FILES - 1 }, (_, index) => index + 1);
  for (const number of numbers) writeRoute(folder, number, 0);
  const imports = numbers.map((number) => `import { route${number} } from "./routes/route-${number}.ts";`);
  const uses = numbers.map((number) => `app.get("/r/${number}", route${number});`);
  writeFileSync(
    join(folder, "index.ts"),
    `import { app } from "stephooks";
${imports.join("\n")}
const flow = app.createWorkflow("flow", "Two steps", {
  begin: async (_state, goto) => goto("end"),
  end: async (_state, goto) => goto(null),
});
app.post("/flow", async (_req, res) => res.json(await flow.start({})));
${uses.join("\n")}
export default app.init();
`,
  );
  return folder;
}

/** The version is what the route answers. About thirty lines, as a file that somebody wrote. */
export function writeRoute(folder: string, number: number, version: number): void {
  const lines = Array.from(
    { length: 24 },
    (_, line) => `  if (name === "case-${line}") return { name, rank: ${line * number}, even: ${line % 2 === 0} };`,
  );
  writeFileSync(
    join(folder, `routes/route-${number}.ts`),
    `function named(name: string): { name: string; rank: number; even: boolean } {
${lines.join("\n")}
  return { name, rank: ${number}, even: false };
}

export const route${number} = async (_req: unknown, res: { json(value: unknown): void }) => {
  res.json({ version: ${version}, ...named("case-${number}") });
};
`,
  );
}
