import { createServer } from "node:http";
import { isRecord } from "@stephooks/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { startBrowser } from "../src/browser.ts";

test("where there is no Chromium, it says what to install", async () => {
  vi.stubEnv("STEPHOOKS_CHROMIUM", "/nowhere/chromium");
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startBrowser()).rejects.toMatchObject({
    code: "no-browser",
    message: expect.stringMatching(/\/nowhere\/chromium.*apt-get install chromium/),
  });
});

test("what goes wrong in a page is noticed: scripts, files, and what its policy refuses", async () => {
  const page = `<title>t</title><link rel="icon" href="data:,"><script>1</script><script src="/a.js"></script><script src="/b.js"></script>`;
  const server = createServer((request, response) => {
    if (request.url === "/a.js") response.end("throw new Error('from a.js')");
    else if (request.url === "/b.js") response.destroy();
    else {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-security-policy", "script-src 'self'");
      response.end(page);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${isRecord(address) ? String(address["port"]) : ""}`;
  const browser = await startBrowser();
  onTestFinished(async () => {
    await browser.close();
    server.close();
  });
  const { problems, requested } = await browser.open(url);
  expect(requested.slice(0, 3)).toEqual([`${url}/`, `${url}/a.js`, `${url}/b.js`]);
  for (const problem of [/from a\.js/, /b\.js: net::/, /Content Security Policy/]) {
    expect(problems).toContainEqual(expect.stringMatching(problem));
  }
});
