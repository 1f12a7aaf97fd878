import type { BuildOptions } from "esbuild";

/** Dependencies in CommonJS call require for Node's own modules; an ES module has none. */
export const requireBanner = `import { createRequire as stephooksCreateRequire } from "node:module"; const require = stephooksCreateRequire(import.meta.url);`;

/** How esbuild is to make modules for Node of everything that is imported, in memory. Names and plugins are the caller's. */
export function bundleSettings(): BuildOptions & { readonly metafile: true; readonly write: false } {
  return {
    write: false,
    chunkNames: "chunks/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    conditions: workspaceConditions(),
    // What codehooks' own bundler takes: these as text, and JSON imported with the older keyword, too.
    loader: { ".html": "text", ".hbs": "text", ".ejs": "text", ".css": "text" },
    supported: { "import-assertions": true },
    resolveExtensions: [".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".json"],
    banner: { js: requireBanner },
    keepNames: true,
    metafile: true,
    logLevel: "silent",
  };
}

/** Inside this repository packages are bundled from their sources: Node was started with that condition there. */
export function workspaceConditions(): string[] {
  const given = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
  const isGiven = given.some(
    (arg, index) => arg === "--conditions=source" || (arg === "source" && given[index - 1] === "--conditions"),
  );
  return isGiven ? ["source"] : [];
}
