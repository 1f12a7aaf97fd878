import { expect, test } from "vitest";
import { withoutPreloads } from "../src/node-options.ts";

test.each([
  ["", ""],
  ["--conditions=source", "--conditions=source"],
  ["--import ./stub.mjs --conditions=source", "--conditions=source"],
  ["--conditions source --import=./stub.mjs", "--conditions source"],
  ['--require "/a folder/stub.cjs" --max-old-space-size=512', "--max-old-space-size=512"],
  ['--import="/a folder/stub.mjs" --conditions "source"', '--conditions "source"'],
  ["-r ./a.cjs -r ./b.cjs --loader ./c.mjs", ""],
  ["  --no-warnings   --experimental-loader=./c.mjs", "--no-warnings"],
])("%j leaves %j for the emulators", (given, left) => {
  expect(withoutPreloads(given)).toBe(left);
});
