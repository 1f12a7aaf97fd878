import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { RouteHook, RouteManifest } from "@stephooks/core";
import { loadHandler } from "@stephooks/local";
import { type RoutePlaces, withPlaces } from "./dev-log/route-places.ts";
import type { SourcePlace } from "./dev-log/source-place.ts";
import { findEntry, rootOf } from "./find-entry.ts";
import { bundleHere } from "./framework/bundle-here.ts";
import { isDecidedByHooks, withoutKey } from "./without-key.ts";
import { jsonText, printText } from "./printable.ts";

/** What a route asks of a caller who has neither key nor token. */
type WithoutKey = "refused" | "hook" | "hook-or-refused";

/** `stephooks routes`: who may call each route of the deployed app. */
export async function runRoutes(given: string, options: { readonly json?: true }): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-routes-"));
  try {
    const entry = findEntry(given);
    const { file } = await bundleHere({ entry, root: rootOf(given, entry), outDir, sourceMaps: true });
    const { places, result } = await withPlaces(() => loadHandler(file));
    const { routes } = result.manifest;
    printText(options.json ? `${jsonText(asData(routes, places))}\n` : asText(routes, places));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function asData(routes: readonly RouteManifest[], places: RoutePlaces): object {
  return {
    routes: routes.map(({ hooks, method, path }) => ({
      method,
      path,
      readWriteKey: true,
      readOnlyKey: method === "GET" || method === "*",
      withoutKey: kindOf(hooks),
      hooks,
      ...asShown(places.get(`${method} ${path}`)),
    })),
  };
}

/** The file as seen from the current folder, which is where one opens it. */
function asShown(place: SourcePlace | undefined): object {
  return place === undefined ? {} : { file: relative(".", place.file), line: place.line };
}

function asText(routes: readonly RouteManifest[], places: RoutePlaces): string {
  if (routes.length === 0) return "The app has no routes.\n";
  const rows = routes.map(({ hooks, method, path }) => {
    const place = places.get(`${method} ${path}`);
    return [method, path, place === undefined ? "" : `${relative(".", place.file)}:${place.line}`, withoutKey(hooks)];
  });
  const table = [["METHOD", "PATH", "WHERE", "WITHOUT A KEY"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const footer = [
    "A read-write API key and a token of the configured issuer may call every route, a read-only key may GET and HEAD.",
    "The first route that matches answers, from above. * stands for every method.",
  ];
  return `${[...lines, "", ...footer].join("\n")}\n`;
}

function kindOf(hooks: readonly RouteHook[]): WithoutKey {
  if (hooks.length === 0) return "refused";
  return isDecidedByHooks(hooks) ? "hook" : "hook-or-refused";
}
