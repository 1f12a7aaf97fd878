import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { ProcessName, Stack } from "../src/index.ts";
import { startInstance, untilCompleted } from "./support/ask.ts";
import { hasProc, markProcesses } from "./support/marked-processes.ts";
import { fixture, quietStack, stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { until } from "./support/until.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A bundle that answers with `version`; a request for /held only once the file `gate` exists. */
function bundleOf(version: string, gate = ""): string {
  const file = join(temporaryFolder(), "index.mjs");
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from "node:fs";
import { streamResponse } from ${JSON.stringify(import.meta.resolve("@stephooks/aws/lambda"))};
const streaming = async ({ rawPath }, stream) => {
  if (rawPath === "/held") {
    writeFileSync(${JSON.stringify(`${gate}.reached`)}, "");
    while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (rawPath === "/crash") process.exit(3);
  await streamResponse(new Response(${JSON.stringify(version)}), stream);
};
const manifest = { version: 1, workflows: [], routes: [], authPaths: [] };
export const handler = Object.assign(async () => undefined, { manifest, streaming });`,
  );
  return file;
}

const textOf = (url: string): Promise<string> => fetch(url).then((answer) => answer.text());

async function overOwnConnection(url: string): Promise<string> {
  const [answer] = await once(get(url, { agent: false }), "response");
  return text(answer);
}

describe("reload", () => {
  test("requests that have begun end with the old bundle, those that come later get the new one", async () => {
    const gate = join(temporaryFolder(), "gate");
    const { running } = markProcesses();
    const stack = await stackOfTest({ bundle: bundleOf("one", gate) });
    const before = running().length;
    const held = textOf(`${stack.url}/held`);
    await until("the request is being handled", () => existsSync(`${gate}.reached`));
    // Asked all the time, over connections that are kept open: none may be refused or break off.
    const going = new AbortController();
    const heard: string[] = [];
    const asking = Array.from({ length: 4 }, async () => {
      while (!going.signal.aborted) heard.push(await textOf(stack.url));
    });
    await until("the old one has answered", () => heard.includes("one"));
    await stack.reload(bundleOf("two"));
    expect(await textOf(stack.url)).toBe("two");
    going.abort();
    await Promise.all(asking);
    expect(heard.join().replaceAll(/one,?/g, "").replaceAll(/two,?/g, "")).toBe("");
    writeFileSync(gate, "");
    expect(await held).toBe("one");
    if (hasProc) await until("the old processes are gone", () => running().length === before);
  });

  test("a bundle that cannot be loaded is refused, and the old one stays", async () => {
    const stack = await stackOfTest({ bundle: bundleOf("one") });
    const broken = join(temporaryFolder(), "index.mjs");
    writeFileSync(broken, `throw new Error("no database");`);
    await expect(stack.reload(broken)).rejects.toMatchObject({ code: "bundle-failed" });
    expect(await textOf(stack.url)).toBe("one");
    await stack.restart("http");
    expect(await textOf(stack.url)).toBe("one");
  });

  test("instances and data live on", async () => {
    const stack = await quietStack();
    onTestFinished(() => stack.stop());
    const ids = await Promise.all(Array.from({ length: 10 }, () => startInstance(stack.url)));
    const again = join(temporaryFolder(), "index.mjs");
    writeFileSync(again, `export { handler } from ${JSON.stringify(pathToFileURL(fixture("laps-app.ts")).href)};`);
    await stack.reload(again);
    await untilCompleted(stack.url, ids);
  });
});

describe("a stack that restarts what crashed", () => {
  const crashed: ProcessName[] = [];
  let stack: Stack;
  beforeAll(async () => {
    stack = await quietStack({ onCrash: (name) => crashed.push(name) });
  });
  afterAll(() => stack.stop());

  test.each(["worker", "http", "emulators"] as const)("%s", async (name) => {
    const { pid } = stack.process(name);
    const ids = await Promise.all(Array.from({ length: 5 }, () => startInstance(stack.url)));
    await stack.kill(name);
    await until("it is back", () => stack.process(name).pid !== pid);
    expect(crashed.at(-1)).toBe(name);
    await untilCompleted(stack.url, ids);
  });
});

test("a request that ends its process breaks off, and the next one waits until the process is back", async () => {
  const stack = await stackOfTest({ bundle: bundleOf("one"), onCrash: () => {} });
  for (let crash = 0; crash < 2; crash++) {
    await expect(overOwnConnection(`${stack.url}/crash`)).rejects.toThrow();
    expect(await overOwnConnection(stack.url)).toBe("one");
  }
});
