import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runParity } from "./runtime/run-parity.ts";

/*
 * `pnpm runtime:ric`: builds Lambda's own runtime interface client in a temporary folder, which takes a minute and needs
 * cmake, make, g++ and xz, and runs the built parity app through it: the same as the tests do through the small client.
 * It exits 1 when an instance does not complete or a function does not answer. Its node-gyp fetches Node's headers unless
 * npm is told where they are (npm_config_nodedir).
 */
const { values: options } = parseArgs({
  options: {
    /** A client that is there already: aws-lambda-ric's index.mjs. */
    client: { type: "string" },
  },
});

/** The version that the runtime nodejs24.x is compared with here. */
const VERSION = "4.0.2";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), "stephooks-ric-"));
try {
  const client = options.client ?? built();
  for (const [name, given] of [
    [`aws-lambda-ric ${VERSION}`, [client]],
    ["the small client of the tests", undefined],
  ] as const) {
    say(`\n${name}`);
    const { instances, inits, warm } = await runParity(join(folder, "build"), given);
    for (const { id, result, value } of instances)
      say(`  instance ${id} of ${JSON.stringify(value)} completed: ${JSON.stringify(result)}`);
    say(`  cold: ${inits.map((time) => time.toFixed(0)).join(", ")} ms until the first call for an event`);
    say(`  warm: ${warm.toFixed(1)} ms for a request that reads an instance (median of 20)`);
    say("  the function that streams answered");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function built(): string {
  const missing = ["cmake", "make", "g++", "xz"].filter((tool) => spawnSync("which", [tool]).status !== 0);
  if (missing.length > 0) throw new Error(`${missing.join(", ")} not found: install them, or give --client.`);
  // npm 11 asks before it runs the scripts of a package; these are what builds it.
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, allowScripts: { "aws-lambda-ric": true } }),
  );
  say(`Building aws-lambda-ric ${VERSION} in ${folder}`);
  const begin = performance.now();
  const install = spawnSync("npm", ["install", "--no-audit", "--no-fund", `aws-lambda-ric@${VERSION}`], {
    cwd: folder,
    encoding: "utf8",
  });
  if (install.status !== 0) throw new Error(`npm could not build it:\n${install.stderr}`);
  say(`  took ${((performance.now() - begin) / 1_000).toFixed(0)} s`);
  return join(folder, "node_modules/aws-lambda-ric/index.mjs");
}
