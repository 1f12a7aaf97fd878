/* Runs every static gate and says which one failed. `pnpm check` is this. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { layerFindings } from "./check-layers.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const gates: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "lint", command: ["oxlint", "--deny-warnings"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "unused code", command: ["knip", "--no-progress"] },
];

const failed: string[] = [];
for (const { name, command } of gates) {
  const [program = "", ...args] = command;
  const { status } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) failed.push(name);
}
const layers = layerFindings(root);
for (const finding of layers) process.stderr.write(`${finding}\n`);
if (layers.length > 0) failed.push("layers");

if (failed.length > 0) {
  process.stderr.write(`check failed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write("check: lint, format, types, unused code and layers are fine\n");
}
