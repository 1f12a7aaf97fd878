import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRecord } from "@stephooks/core";
import { CliError } from "./cli-error.ts";
import { readManifest } from "./find-entry.ts";

/**
 * What the nearest package.json above an entry file says under `"stephooks": { "compat": … }`: there, because an app
 * that comes from codehooks is to be built as it is, and the file goes with it into every build.
 *
 * @throws CliError `bad-usage` when it cannot be read, or says anything but "strict".
 */
export function compatOf(folder: string): "strict" | undefined {
  const file = nearestManifest(folder);
  const settings = file === undefined ? undefined : readManifest(file)?.["stephooks"];
  const compat = isRecord(settings) ? settings["compat"] : undefined;
  if (compat === undefined || compat === "strict") return compat;
  throw new CliError("bad-usage", `${file}: "compat" of "stephooks" can be "strict", or is left out.`);
}

function nearestManifest(folder: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    const file = join(place, "package.json");
    if (existsSync(file)) return file;
    if (place === dirname(place)) return undefined;
  }
}
