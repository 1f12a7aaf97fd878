import { readFileSync } from "node:fs";

/** Of this package; stephooks is published with the same. */
export function ownVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return manifest.version;
}
