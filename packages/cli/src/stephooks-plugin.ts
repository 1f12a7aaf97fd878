import type { Plugin } from "esbuild";

/** Set on what this plugin resolves itself, so that it is not asked again. */
const OWN = "stephooks-plugin";

/**
 * Makes `codehooks-js` mean stephooks, everywhere in the bundle. The app's own copy of stephooks is taken; an app that
 * has none, such as one that was written for codehooks, gets the one of this command.
 */
export function stephooksPlugin(appFolder: string): Plugin {
  return {
    name: "stephooks",
    setup: (build) => {
      build.onResolve({ filter: /^(?:codehooks-js|stephooks(?:\/.*)?)$/ }, async ({ kind, path, pluginData }) => {
        if (pluginData === OWN) return undefined;
        const wanted = path === "codehooks-js" ? "stephooks" : path;
        const own = await build.resolve(wanted, { kind, resolveDir: appFolder, pluginData: OWN });
        if (own.errors.length === 0) return own;
        return build.resolve(wanted, { kind, resolveDir: import.meta.dirname, pluginData: OWN });
      });
    },
  };
}
