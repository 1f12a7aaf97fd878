import type { Plugin } from "esbuild";

/** Where the modules of this plugin are. */
const NAMESPACE = "stephooks-builtin";

/**
 * Node's modules of which some exports load much more of Node when they are read, and those of `http` that do: an import
 * reads every export. Milliseconds of CPU, Node 24, imported and asked for as an object: http 38 and 4, as it loads
 * `fetch`; util 4.3 and 0.1; net 1.9 and 0.1.
 */
const costly: ReadonlyMap<string, readonly string[]> = new Map([
  ["http", ["CloseEvent", "MessageEvent", "WebSocket"]],
  ["net", []],
  ["util", []],
]);

/** Takes these modules as objects, of which only what is used is read: when the importing module is evaluated, as before. */
export function builtinModulesPlugin(): Plugin {
  return {
    name: "builtin-modules",
    setup: (build) => {
      build.onResolve({ filter: /^(?:node:)?(?:http|net|util)$/ }, ({ importer, kind, path }) => {
        const name = path.replace("node:", "");
        if (kind === "import-statement") return { path: name, namespace: NAMESPACE, sideEffects: false };
        // Whoever imports it dynamically may use any export; the SDK is known to use none of the costly ones.
        const isOfSdk = /[\\/]@(?:aws-sdk|smithy)[\\/]/.test(importer);
        if (kind !== "dynamic-import" || name !== "http" || !isOfSdk) return undefined;
        return { path: name, namespace: NAMESPACE, pluginData: "cheap", suffix: "?cheap", sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path, pluginData }) => ({
        contents: moduleOf(path, pluginData === "cheap" ? (costly.get(path) ?? []) : []),
      }));
    },
  };
}

function moduleOf(name: string, left: readonly string[]): string {
  const module: object = process.getBuiltinModule(`node:${name}`) ?? {};
  const exported = Object.keys(module).filter((key) => key !== "default" && !left.includes(key));
  const lines = [
    `const builtin = process.getBuiltinModule("node:${name}");`,
    "export default builtin;",
    // What is not used is left out.
    ...exported.map((key) => `export const ${key} = /* @__PURE__ */ (() => builtin.${key})();`),
  ];
  return lines.join("\n");
}
