import type { RouteHook, RouteManifest } from "@stephooks/core";
import { readAppManifest } from "./read-app-manifest.ts";

/** What a route asks of a caller who has neither key nor token. */
type WithoutKey = "refused" | "hook" | "hook-or-refused";

/** `stephooks routes`: who may call each route of the deployed app. */
export async function runRoutes(given: string, options: { readonly json?: true }): Promise<void> {
  const { routes } = await readAppManifest(given);
  process.stdout.write(options.json ? `${JSON.stringify(asData(routes))}\n` : asText(routes));
}

function asData(routes: readonly RouteManifest[]): object {
  return {
    routes: routes.map(({ hooks, method, path }) => ({
      method,
      path,
      readWriteKey: true,
      readOnlyKey: method === "GET" || method === "*",
      withoutKey: withoutKey(hooks),
      hooks,
    })),
  };
}

function asText(routes: readonly RouteManifest[]): string {
  if (routes.length === 0) return "The app has no routes.\n";
  const rows = routes.map(({ hooks, method, path }) => [method, path, sentence(hooks)]);
  const table = [["METHOD", "PATH", "WITHOUT A KEY"], ...rows];
  const [first = 0, second = 0] = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map(([a = "", b = "", c = ""]) => `${a.padEnd(first)}  ${b.padEnd(second)}  ${c}`);
  const footer = [
    "A read-write API key and a token of the configured issuer may call every route, a read-only key may GET and HEAD.",
    "The first route that matches answers, from above. * stands for every method.",
  ];
  return `${[...lines, "", ...footer].join("\n")}\n`;
}

function withoutKey(hooks: readonly RouteHook[]): WithoutKey {
  if (hooks.length === 0) return "refused";
  return hooks.some(({ covers }) => covers === "all") ? "hook" : "hook-or-refused";
}

function sentence(hooks: readonly RouteHook[]): string {
  const parts = hooks.map(({ covers, path }) => {
    if (covers === "all") return `app.auth ${path} decides`;
    return covers === "some"
      ? `app.auth ${path} decides about some paths`
      : `app.auth ${path} decides where it matches`;
  });
  return withoutKey(hooks) === "hook" ? parts.join(", then ") : [...parts, "refused"].join(", else ");
}
