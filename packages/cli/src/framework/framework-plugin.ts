import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { packageOf, stephooksImports } from "../stephooks-plugin.ts";
import type { FrameworkModule } from "./build-framework.ts";
import type { Framework } from "./dev-framework.ts";

/** Where the modules of this plugin are. */
const NAMESPACE = "stephooks-framework";

/** Set on what this plugin asks itself. What any plugin asks, such as this, is answered without the framework. */
const OWN = "framework-plugin";

const FILESTORE = `${NAMESPACE}:filestore`;

/** Whether an input of a bundle is the one of this plugin that has code in it where the app uses `filestore`. */
export function isKeptFilestore(input: string): boolean {
  return input.startsWith(FILESTORE);
}

/**
 * Leaves the framework out of an app's bundle: what is imported of it comes from the files that were made of it before.
 * A name that it does not export is still found here, not when the bundle is loaded. Where an app's settings let the
 * name mean another stephooks than the framework was made of, that one is bundled.
 */
export function frameworkPlugin(current: () => Framework | undefined, appFolder: string): Plugin {
  return {
    name: "stephooks-framework",
    setup: (build) => {
      build.onResolve({ filter: /^file:/, namespace: NAMESPACE }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: new RegExp(`^${FILESTORE}$`), namespace: NAMESPACE }, () => ({
        path: "filestore",
        namespace: NAMESPACE,
        suffix: `?${current()?.modules.get("stephooks")?.file}`,
        sideEffects: false,
      }));
      build.onResolve({ filter: stephooksImports }, async ({ path, pluginData }) => {
        const wanted = packageOf(path);
        const found = pluginData !== undefined ? undefined : current()?.modules.get(wanted);
        if (found === undefined) return undefined;
        const own = await build.resolve(wanted, { kind: "import-statement", pluginData: OWN, resolveDir: appFolder });
        // The suffix is part of what esbuild knows a module by: another file is another module.
        return own.path === found.source ? { path: wanted, namespace: NAMESPACE, suffix: `?${found.file}` } : own;
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => {
        const found = current()?.modules.get(path === "filestore" ? "stephooks" : path);
        if (found === undefined) return undefined;
        const contents = path === "filestore" ? filestoreOf(found) : moduleOf(found);
        // From TypeScript a type may be imported as if it were a value.
        return { contents, loader: extname(found.source) === ".ts" ? "ts" : "js" };
      });
    },
  };
}

function moduleOf({ exports, file }: FrameworkModule): string {
  const names = exports.filter((name) => name !== "filestore");
  const all = `export { ${names.join(", ")} } from ${urlOf(file)};`;
  return names.length === exports.length ? all : `${all}\nexport { filestore } from "${FILESTORE}";`;
}

/** Some code of its own, which is left out where nobody uses it: whether it is there tells. */
function filestoreOf({ file }: FrameworkModule): string {
  return `import { filestore as kept } from ${urlOf(file)};\nexport const filestore = kept;`;
}

function urlOf(file: string): string {
  return JSON.stringify(pathToFileURL(file).href);
}
