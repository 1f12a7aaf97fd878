import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, product, type Shop } from "./shop.ts";

const PAGES = 30;
const PAGE_SIZE = 50;
const LIMIT = 60_000;

const folder = mkdtempSync(join(tmpdir(), "data-sync-"));
let shop: Shop;
let stack: Stack;

beforeAll(async () => {
  shop = await openShop(Array.from({ length: PAGES * PAGE_SIZE }, (_, number) => product(number)));
  const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
  const { file } = await bundleApp({ entry, outDir: folder });
  stack = await startStack({
    bundle: file,
    output: "ignore",
    // A killed worker's page is seen again after this, not after the minute and a half of a deployed stack.
    timings: { functionTimeout: 2, visibilityTimeout: 3 },
    environment: { SHOP_URL: shop.url, SHOP_PAGES_PER_SECOND: "1000" },
  });
}, LIMIT);
afterAll(async () => {
  await stack.stop();
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(path: string, method = "GET", body?: unknown): Promise<unknown> {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return response.json();
}

async function pagesAtLeast(pages: number): Promise<Readonly<Record<string, unknown>>> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const progress = Object(await ask("/imports/nightly"));
    if (progress.pages >= pages && (pages < PAGES || progress.status !== "running")) return progress;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(progress)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test(
  "an import whose worker is killed again and again ends with every product, each page counted once",
  async () => {
    await ask("/imports", "POST", { id: "nightly", pageSize: PAGE_SIZE });
    for (const pages of [5, 12, 20]) {
      await pagesAtLeast(pages);
      await stack.kill("worker");
      await stack.restart("worker");
    }
    expect(await pagesAtLeast(PAGES)).toMatchObject({
      status: "completed",
      pages: PAGES,
      saved: PAGES * PAGE_SIZE,
      refused: 0,
      percent: 100,
    });
    const products = Object(await ask("/products"));
    expect(new Set(products.map(({ _id }: { _id: string }) => _id)).size).toBe(PAGES * PAGE_SIZE);
    expect(products).toHaveLength(PAGES * PAGE_SIZE);
    // Only pages on which a kill fell were read again: once for it, and once more where a busy machine took too long.
    expect(shop.asked.length - new Set(shop.asked).size).toBeLessThanOrEqual(6);
  },
  2 * LIMIT,
);
