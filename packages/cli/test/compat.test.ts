import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleApp, CliError } from "../src/index.ts";
import { createBundler } from "../src/bundle-app.ts";
import { firstAnswer } from "./support/first-answer.ts";
import { codehooksApp, writeFiles } from "./support/temporary-app.ts";

/** An app as somebody brings it from codehooks. */
const failing = `import { app } from "codehooks-js";
app.get("/hello", async () => { throw new Error("boom"); });
export default app.init();
`;
const strict = JSON.stringify({ stephooks: { compat: "strict" } });
const hostedFault = { text: "Unhandled Codehook exception, check logs (2)", fatal: true };

test.each(["index.js", "src/app/index.js"])(
  "package.json makes an app strict that knows nothing of it: its entry is %s",
  async (entry) => {
    const folder = codehooksApp({ [entry]: failing, "package.json": strict });
    const { file } = await bundleApp({ entry: join(folder, entry), outDir: join(folder, "out") });
    const { body, statusCode } = await firstAnswer(file);
    expect({ statusCode, body: JSON.parse(body) }).toEqual({ statusCode: 200, body: hostedFault });
  },
);

test("what package.json says is read for every build", async () => {
  const folder = codehooksApp({ "index.js": failing, "package.json": "{}" });
  const bundler = await createBundler(join(folder, "index.js"));
  const status = async () => (await firstAnswer((await bundler.bundle(join(folder, "out"))).file)).statusCode;
  try {
    expect(await status()).toBe(500);
    writeFiles(folder, { "package.json": strict });
    expect(await status()).toBe(200);
  } finally {
    await bundler.dispose();
  }
});

test.each([`{"stephooks":{"compat":"loose"}}`, `{"stephooks":{"compat":true}}`])(
  "a package.json that says %s is refused",
  async (text) => {
    const folder = codehooksApp({ "index.js": failing, "package.json": text });
    const built = bundleApp({ entry: join(folder, "index.js"), outDir: join(folder, "out") });
    const error: unknown = await built.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: "bad-usage" });
  },
);
