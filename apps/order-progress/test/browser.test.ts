import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { startBrowser, type TestBrowser } from "@stephooks/testkit/browser";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

const LIMIT = 120_000;
const app = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "order-progress-"));
let stack: Stack;
let browser: TestBrowser;

beforeAll(async () => {
  const { file } = await bundleApp({ entry: join(app, "index.ts"), outDir: folder });
  stack = await startStack({
    bundle: file,
    sourceDir: app,
    apiKey: "the rules of a deployed app",
    output: "ignore",
    // Streams end every few seconds, and a killed worker's step comes back soon.
    timings: { functionTimeout: 4, visibilityTimeout: 5 },
    environment: { WAREHOUSE_PACE: "150" },
  });
  browser = await startBrowser();
}, LIMIT);
afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the page shows. */
async function shown(page: Page) {
  return {
    status: await page.getByRole("status").textContent(),
    percent: Number(await page.locator("progress").getAttribute("value")),
    steps: await page.locator("#steps li").allTextContents(),
    result: await page.locator("#result dd").allTextContents(),
  };
}

/** Until the browser has taken the answer that nothing more will come. */
function ended(page: Page): Promise<void> {
  return page.locator("section[data-connection=closed]").waitFor({ timeout: LIMIT });
}

test(
  "a page shows an order live, while worker and front are killed, and the whole of it once",
  async () => {
    const { page } = await browser.open(stack.url);
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.getByLabel("Items").fill("20");
    await page.getByRole("button", { name: "Order" }).click();

    // The bar moves while the first step runs.
    await page.locator("progress:not([value='0'])").waitFor({ timeout: LIMIT });
    expect(await shown(page)).toMatchObject({ status: "Now: reserve (running)", steps: [] });
    await stack.kill("worker");
    await stack.restart("worker");
    await page.locator("#steps li").first().waitFor({ timeout: LIMIT });
    await stack.kill("http");
    await stack.restart("http");

    await ended(page);
    const id = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("id");
    const end = {
      status: "The order is completed",
      percent: 100,
      steps: ["reserve: done", "reserve: done together", "deliver: done; that was the last step"],
      result: [`I-${id}`, `P-${id}`],
    };
    expect(await shown(page)).toEqual(end);

    // Who opens the page again is shown the same.
    await page.reload();
    await ended(page);
    expect(await shown(page)).toEqual(end);
    expect(faults).toEqual([]);
  },
  2 * LIMIT,
);
