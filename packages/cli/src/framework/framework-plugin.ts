import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { packageOf, stephooksImports } from "../stephooks-plugin.ts";
import type { Framework } from "./dev-framework.ts";

/** Where the modules of this plugin are. */
const NAMESPACE = "stephooks-framework";

/**
 * Leaves the framework out of an app's bundle: what is imported of it comes from the files that were made of it before.
 * A name that it does not export is still found here, not when the bundle is loaded.
 */
export function frameworkPlugin(current: () => Framework | undefined): Plugin {
  return {
    name: "stephooks-framework",
    setup: (build) => {
      build.onResolve({ filter: /^file:/, namespace: NAMESPACE }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: stephooksImports }, ({ path }) => {
        const wanted = packageOf(path);
        const found = current()?.modules.get(wanted);
        // The suffix is part of what esbuild knows a module by: another file is another module.
        return found && { path: wanted, namespace: NAMESPACE, suffix: `?${found.file}` };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
        const found = current()?.modules.get(path);
        if (found === undefined) return undefined;
        const contents = `export { ${found.exports.join(", ")} } from ${JSON.stringify(pathToFileURL(found.file).href)};`;
        // From TypeScript a type may be imported as if it were a value.
        return { contents, loader: extname(found.source) === ".ts" ? "ts" : "js" };
      });
    },
  };
}
