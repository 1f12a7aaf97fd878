import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Plugin } from "esbuild";

/** What codehooks' platform puts beside an app, and how it is made of what stephooks exports. */
const sources: ReadonlyMap<string, string> = new Map([
  ["Datastore", `import { Datastore } from "stephooks"; put("Datastore", Datastore);`],
  ["DB", `import { Datastore as DB } from "stephooks"; put("DB", DB);`],
  [
    "_coho_fs",
    `import { filestore } from "stephooks"; put("_coho_fs", { ...filestore, getFileStream: filestore.getReadStream });`,
  ],
]);

/** What is there already stays: a test, say, may have put something of its own. */
const put = `const put = (name, value) => {
  if (name in globalThis) return;
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
};`;

/** Name of the module that puts them there, before the app is evaluated. */
export const injectedModule = "stephooks:injected";

/** What an app writes that has data or workflows. */
const needsServices = /\b(?:[Dd]atastore|DB|crudlify|realtime|schedule|createWorkflow)\b|\bapp\.(?:worker|queue|job)\b/;

/**
 * Makes the clients of DynamoDB and SQS part of what is loaded at the start. Else the first call that needs them loads
 * them, which is in time too, but Lambda gives a function that starts more of the processor than one that answers.
 */
const loadServices = `import "stephooks/aws-services";`;

/** The names that an app finds without importing them. Only those its own files mention are in its bundle. */
export class InjectedNames {
  #lines: readonly string[] = [];

  readonly plugin: Plugin = {
    name: "stephooks-injected",
    setup: (build) => {
      build.onResolve({ filter: /^stephooks:injected$/ }, ({ path }) => ({ path, namespace: "stephooks" }));
      build.onLoad({ filter: /.*/, namespace: "stephooks" }, () => ({
        contents: [put, ...this.#lines].join("\n"),
        resolveDir: import.meta.dirname,
      }));
    },
  };

  /** Notes what these files mention. True when that is another answer than before: then build again. */
  learn(files: readonly string[]): boolean {
    const texts = files.filter(isOfApp).map(textOf);
    const mentioned = [...sources].filter(([name]) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    const lines = mentioned.map(([, line]) => line);
    if (texts.some((text) => needsServices.test(text))) lines.push(loadServices);
    const isNews = lines.join() !== this.#lines.join();
    this.#lines = lines;
    return isNews;
  }
}

/** Our packages: they mention the names, and use none. */
const own = resolve(import.meta.dirname, "../..") + sep;

function isOfApp(file: string): boolean {
  return !file.startsWith(own) && !file.includes(`${sep}node_modules${sep}`);
}

/** Empty for what is no file, such as a module that a plugin makes. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
