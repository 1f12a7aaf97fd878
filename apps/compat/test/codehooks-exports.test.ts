import { createRequire } from "node:module";
import { build } from "esbuild";
import * as stephooks from "stephooks";
import { expect, test } from "vitest";

/** The names the package exports, read from its source: importing it needs packages it does not name. */
async function exportsOf(name: string): Promise<readonly string[]> {
  const { resolve } = createRequire(import.meta.url);
  const entry = resolve(name);
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: false,
    write: false,
    metafile: true,
    format: "esm",
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

/** What an app cannot do without and codehooks-js has nothing for. */
const ours = ["HttpError", "isStephooksError"];

test("stephooks exports the names of codehooks-js 1.4.3 and two of its own", async () => {
  const theirs = await exportsOf("codehooks-js");
  expect(theirs).toContain("default");
  expect(Object.keys(stephooks).toSorted()).toEqual([...theirs, ...ours].toSorted());
});
