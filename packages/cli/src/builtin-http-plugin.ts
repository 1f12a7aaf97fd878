import type { Plugin } from "esbuild";

/** Where the module of this plugin is. */
const NAMESPACE = "stephooks-builtin-http";

/** What Node exports only after it has loaded its `fetch`: left out of what is imported dynamically. */
const costly: readonly string[] = ["CloseEvent", "MessageEvent", "WebSocket"];

/**
 * Takes Node's own `http` without what else Node would load for it. An import of it reads every export, and three of
 * them load `fetch` and all it needs: 38 ms of CPU instead of 4 (Node 24). Asked for as an object it does not; what is
 * used of the three is read when the importing module is evaluated, as before.
 */
export function builtinHttpPlugin(): Plugin {
  return {
    name: "builtin-http",
    setup: (build) => {
      build.onResolve({ filter: /^(?:node:)?http$/ }, ({ importer, kind }) => {
        const isOfSdk = /[\\/]@(?:aws-sdk|smithy)[\\/]/.test(importer);
        // Whoever imports it dynamically may use any export; the SDK is known to use none of the three.
        if (kind === "import-statement") return { path: "all", namespace: NAMESPACE, sideEffects: false };
        if (kind === "dynamic-import" && isOfSdk) return { path: "cheap", namespace: NAMESPACE, sideEffects: false };
        return undefined;
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: moduleOf(path === "all") }));
    },
  };
}

function moduleOf(all: boolean): string {
  const exported = Object.keys(process.getBuiltinModule("node:http"));
  const names = exported.filter((name) => !costly.includes(name));
  const lines = [
    `const http = process.getBuiltinModule("node:http");`,
    "export default http;",
    // What is not used is left out.
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ (() => http.${name})();`),
    ...(all ? costly.map((name) => `export const ${name} = /* @__PURE__ */ (() => http.${name})();`) : []),
  ];
  return lines.join("\n");
}
