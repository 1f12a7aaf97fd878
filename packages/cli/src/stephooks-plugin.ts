import type { Plugin } from "esbuild";

/** Set on what this plugin resolves itself, so that it is not asked again. */
const OWN = "stephooks-plugin";

/** Imports that mean stephooks. */
export const stephooksImports = /^(?:codehooks-js|stephooks(?:\/.*)?)$/;

/** What such an import means. */
export function packageOf(path: string): string {
  return path === "codehooks-js" ? "stephooks" : path;
}

/**
 * Makes `codehooks-js` mean stephooks, everywhere in the bundle. The app's own copy of stephooks is taken; an app that
 * has none, such as one that was written for codehooks, gets the one of this command.
 */
export function stephooksPlugin(appFolder: string): Plugin {
  return {
    name: "stephooks",
    setup: (build) => {
      build.onResolve({ filter: stephooksImports }, async ({ kind, path, pluginData }) => {
        if (pluginData === OWN) return undefined;
        const wanted = packageOf(path);
        // As an entry point it would be a path.
        const asked = { kind: kind === "entry-point" ? "import-statement" : kind, pluginData: OWN } as const;
        const own = await build.resolve(wanted, { ...asked, resolveDir: appFolder });
        if (own.errors.length === 0) return own;
        return build.resolve(wanted, { ...asked, resolveDir: import.meta.dirname });
      });
    },
  };
}
