import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { startBrowser, type TestBrowser, type WatchedPage } from "@stephooks/testkit/browser";
import { afterAll, beforeAll, expect, test } from "vitest";

/* The app as its users see it: two pages of a real browser, the bundle, and the rules of a deployed app. */

const LIMIT = 120_000;
const apiKey = "the key";
const app = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "catalog-"));
let stack: Stack;
let browser: TestBrowser;

beforeAll(async () => {
  const { file } = await bundleApp({ entry: join(app, "index.ts"), outDir: folder });
  stack = await startStack({ bundle: file, sourceDir: app, apiKey, output: "ignore" });
  browser = await startBrowser();
}, LIMIT);
afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A page that has its stream and its list. */
async function opened(path = "/"): Promise<WatchedPage> {
  const watched = await browser.open(stack.url + path);
  await watched.page.waitForSelector("#state[data-live]");
  return watched;
}

async function add({ page }: WatchedPage, product: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(product)) await page.fill(`[name=${name}]`, value);
  await page.click("form button");
}

const row = (name: string): string => `#products tr:has(td:text-is("${name}"))`;

test(
  "what one page adds, changes and removes is seen in the other",
  async () => {
    const [editor, reader] = [await opened(), await opened("/dev/")];
    await add(editor, { name: "Tea", price: "3.5", stock: "2", key: apiKey });
    await reader.page.waitForSelector(row("Tea"));
    expect(await reader.page.textContent(row("Tea"))).toMatch(/Tea\s*3.5\s*2/);

    await editor.page.click(`${row("Tea")} [data-do=more]`);
    await reader.page.waitForSelector(`${row("Tea")} td:text-is("3")`);

    // Text of a product is text.
    await add(editor, { name: "<img src=x onerror=alert(1)>", price: "1" });
    await reader.page.waitForSelector(`#products td:text-is("<img src=x onerror=alert(1)>")`);

    await editor.page.click(`${row("Tea")} [data-do=remove]`);
    await reader.page.waitForSelector(row("Tea"), { state: "detached" });
    expect([...editor.problems, ...reader.problems]).toEqual([]);

    const later = await opened();
    expect(await later.page.locator("#products tr").count()).toBe(1);
  },
  LIMIT,
);

test(
  "a wrong product is refused beside its fields, and nobody sees it",
  async () => {
    const { page, problems } = await opened();
    const before = await page.locator("#products tr").count();
    await add({ page, problems, requested: [] }, { name: " ", price: "-1", stock: "1.5", key: apiKey });
    await page.waitForSelector("[data-issue=name]:text-is('A product needs a name')");
    expect(await page.textContent("[data-issue=price]")).toBe("A price is above 0");
    expect(await page.textContent("[data-issue=stock]")).toBe("Whole pieces only");
    expect(await page.locator("#products tr").count()).toBe(before);

    await add({ page, problems, requested: [] }, { name: "Cup", price: "2", stock: "1", key: "another" });
    await page.waitForSelector("[data-issue='']:text-is('Changing something needs the key')");
    expect(await page.textContent("[data-issue=name]")).toBe("");
  },
  LIMIT,
);

test(
  "its documentation shows what it can do",
  async () => {
    const { page, problems } = await browser.open(`${stack.url}/docs?apikey=${encodeURIComponent(apiKey)}`);
    await page.waitForSelector(".opblock");
    const shown = await page.$$eval(".opblock-summary-path", (paths) =>
      paths.map((path) => path.textContent.replaceAll("\u200b", "")),
    );
    expect(new Set(shown)).toEqual(
      new Set(["/api/products", "/api/products/_byquery", "/api/products/{ID}", "/live", "/live/{clientID}"]),
    );
    await page.click("#operations-Products-createProduct .opblock-summary-control");
    await page.click("#operations-Products-createProduct .try-out__btn");
    await page.fill("#operations-Products-createProduct textarea", `{"name":"From the docs","price":1}`);
    await page.click("#operations-Products-createProduct .execute");
    await page.waitForSelector("#operations-Products-createProduct .live-responses-table");
    const reader = await opened();
    await reader.page.waitForSelector(row("From the docs"));
    expect(problems).toEqual([]);
  },
  LIMIT,
);
