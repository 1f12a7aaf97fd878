import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Where a browser is: `CHROMIUM_PATH`, or the first of these names on the PATH. */
export const chromiumPath: string | undefined = findChromium();

/** Starts the browser without a window. @throws when there is none. */
export function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error("Install Chromium, or name it in CHROMIUM_PATH.");
  // Its own sandbox needs rights that containers lack; it opens pages of this test only.
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
}

function findChromium(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const places = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return [...(named === undefined ? [] : [named]), ...places].find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
