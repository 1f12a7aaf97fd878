import { startBrowser, type TestBrowser, type WatchedPage } from "@stephooks/testkit/browser";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type DevServer, startDev } from "./support/dev-command.ts";
import { codehooksApp } from "./support/temporary-app.ts";

/* The page of app.openapi in a real browser, as its reader sees it: from the bundle, with the rules of a deployed app. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const shop = `import { app, openapi, response } from "codehooks-js";
const product = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
app.get("/hello/:name",
  openapi({ summary: "Greets", tags: ["Greeting"], responses: { 200: response("The greeting", { type: "string" }) } }),
  (req, res) => { res.json("hello " + req.params.name); });
app.crudlify({ products: product });
app.openapi({ info: { title: "A shop </script><script>window.pwned = true</script>" } });
export default app.init();
`;

let browser: TestBrowser;
beforeAll(async () => void (browser = await startBrowser()));
afterAll(() => browser.close());

async function served(): Promise<DevServer> {
  const folder = codehooksApp({ "index.js": shop });
  const dev = await startDev([folder, "--fresh", "--api-key", "the key"], { cwd: folder });
  onTestFinished(() => dev.stop());
  return dev;
}

/** What the page shows of its operations: method and path of each. */
async function operations({ page }: WatchedPage): Promise<readonly string[]> {
  await page.waitForSelector(".opblock");
  return page.$$eval(".opblock-summary", (rows) =>
    rows.map((row) => {
      const text = (selector: string): string =>
        row.querySelector(selector)?.textContent?.replaceAll("\u200b", "") ?? "";
      return `${text(".opblock-summary-method")} ${text(".opblock-summary-path")}`;
    }),
  );
}

test("shows the app's operations and runs them, with nothing from elsewhere and nothing its policy refuses", async () => {
  const dev = await served();
  for (const path of ["/docs", "/dev/docs/"]) {
    const opened = await browser.open(`${dev.url}${path}?apikey=the%20key`);
    const { page, problems, requested } = opened;
    expect(await operations(opened)).toEqual(
      expect.arrayContaining([
        "POST /products",
        "GET /products/{ID}",
        "DELETE /products/_byquery",
        "GET /hello/{name}",
      ]),
    );
    // The title is text, and the key is in no URL that stays.
    expect(await page.textContent(".info .title")).toContain("A shop </script><script>");
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(page.url()).toBe(`${dev.url}${path}`);

    await page.click("#operations-Greeting-get_hello__name_ .opblock-summary-control");
    await page.click(".try-out__btn");
    await page.fill(`.opblock-body input[placeholder="name"]`, "ada");
    await page.click(".execute");
    expect(await page.textContent(".live-responses-table .response-col_description pre")).toContain("hello ada");

    expect(problems).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(`${dev.url}/`) && !url.startsWith("data:"))).toEqual([]);
  }
});

test("without a key there is no page", async () => {
  const dev = await served();
  const { page } = await browser.open(`${dev.url}/docs`);
  expect(JSON.parse((await page.textContent("body")) ?? "")).toMatchObject({ error: { code: "unauthorized" } });
});
