import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestBrowser, startBrowser } from "@stephooks/testkit/browser";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const app = `import { app } from "stephooks";
app.createWorkflow("orders", "Sells", {
  take: async (state, goto) => goto(state.ok ? ["pack", "bill"] : "ask"),
  ask: async (state, goto, wait) => (state.answer ? goto("take") : wait({}, { timeout: "1d", onTimeout: "close" })),
  pack: async (state, goto) => goto("close"),
  bill: async (state, goto) => goto("close"),
  close: async (state, goto) => goto(state.next ?? null),
});
export default app.init();
`;

test("the picture shows every step inside of it, none over another, and loads nothing", async () => {
  const cwd = temporaryApp({ "index.js": app });
  const { stdout } = await runCommand(["graph", "orders", "--format", "svg"], { cwd });
  const url = `data:image/svg+xml,${encodeURIComponent(stdout)}`;
  const { page, problems, requested } = await browser.open(url);
  const boxes = await page
    .locator("rect[rx]")
    .evaluateAll((rects) => rects.map((rect) => rect.getBoundingClientRect().toJSON()));
  const texts = await page.locator("text").allTextContents();
  expect(texts).toEqual(
    expect.arrayContaining(["take", "ask", "pack", "bill", "close", "END", "WAIT", "?", "timeout", "join"]),
  );
  const size = await page.locator("svg").evaluate((root) => root.getBoundingClientRect().toJSON());
  for (const [index, box] of boxes.entries()) {
    expect(box.left >= size.left && box.right <= size.right && box.top >= size.top && box.bottom <= size.bottom).toBe(
      true,
    );
    for (const other of boxes.slice(index + 1)) {
      const apart =
        box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;
      expect(apart).toBe(true);
    }
  }
  const widths = await page
    .locator("rect[rx] + text")
    .evaluateAll((labels) =>
      labels.map(
        (label) =>
          label.getBoundingClientRect().width - (label.previousElementSibling?.getBoundingClientRect().width ?? 0),
      ),
    );
  expect(widths.every((over) => over < 0)).toBe(true);
  expect(problems).toEqual([]);
  expect(requested.filter((address) => !address.startsWith("data:"))).toEqual([]);
});
