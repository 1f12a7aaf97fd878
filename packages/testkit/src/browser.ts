import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { TestkitError } from "./testkit-error.ts";

/** Where Debian's package `chromium`, and those of other systems, put it. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A page of a browser, and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts and of the console, refusals of a content security policy among them, and failed requests. */
  readonly problems: readonly string[];
  /** Every URL it asked for, oldest first. */
  readonly requested: readonly string[];
}

/** A running Chromium for tests. */
export interface TestBrowser {
  /** A page with nothing of the others' storage. */
  open(url: string): Promise<WatchedPage>;
  close(): Promise<void>;
}

/**
 * Starts the Chromium that is installed, without a window: the one `STEPHOOKS_CHROMIUM` names, else the system's.
 *
 * @throws TestkitError `no-browser` when there is none; it says what to install.
 */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // Chromium's own sandbox refuses to run as root, which is who runs tests in a container.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  return { open: (url) => openPage(browser, url), close: () => browser.close() };
}

function chromiumPath(): string {
  const named = process.env["STEPHOOKS_CHROMIUM"];
  const found = (named ? [named] : places).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new TestkitError(
    "no-browser",
    `No Chromium at ${named ?? places.join(", ")}: install it (Debian: apt-get install chromium), or set STEPHOOKS_CHROMIUM to where it is.`,
  );
}

async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  const requested: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("request", (request) => requested.push(request.url()));
  page.on("requestfailed", (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(url);
  return { page, problems, requested };
}
