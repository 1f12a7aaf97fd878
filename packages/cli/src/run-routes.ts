import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteHook, RouteManifest } from "@stephooks/core";
import { loadHandler } from "@stephooks/local";
import { bundleApp } from "./bundle-app.ts";
import { findEntry } from "./find-entry.ts";
import { isDecidedByHooks, withoutKey } from "./without-key.ts";

/** What a route asks of a caller who has neither key nor token. */
type WithoutKey = "refused" | "hook" | "hook-or-refused";

/** `stephooks routes`: who may call each route of the deployed app. */
export async function runRoutes(given: string, options: { readonly json?: true }): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-routes-"));
  try {
    const { file } = await bundleApp({ entry: findEntry(given), outDir });
    const { manifest } = await loadHandler(file);
    process.stdout.write(options.json ? `${JSON.stringify(asData(manifest.routes))}\n` : asText(manifest.routes));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

function asData(routes: readonly RouteManifest[]): object {
  return {
    routes: routes.map(({ hooks, method, path }) => ({
      method,
      path,
      readWriteKey: true,
      readOnlyKey: method === "GET" || method === "*",
      withoutKey: kindOf(hooks),
      hooks,
    })),
  };
}

function asText(routes: readonly RouteManifest[]): string {
  if (routes.length === 0) return "The app has no routes.\n";
  const rows = routes.map(({ hooks, method, path }) => [method, path, withoutKey(hooks)]);
  const table = [["METHOD", "PATH", "WITHOUT A KEY"], ...rows];
  const [first = 0, second = 0] = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map(([a = "", b = "", c = ""]) => `${a.padEnd(first)}  ${b.padEnd(second)}  ${c}`);
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
