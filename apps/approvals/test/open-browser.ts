import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium of this system: the one that `CHROMIUM_PATH` names, or where distributions put it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? places.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error("No Chromium: apt-get install chromium, or set CHROMIUM_PATH.");
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
