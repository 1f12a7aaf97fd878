import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import type { Plugin } from "esbuild";
import { SWAGGER_FOLDER } from "stephooks/bundling";
import { compatOf } from "./compat-of.ts";

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

/** How an app asks for the page of its documentation. */
const servesDocs = /\.\s*openapi\b/;

/** Says where the page's files are: beside the bundle. */
const noteSwaggerUi = `import { app as documented } from "stephooks";
documented.set(${JSON.stringify(SWAGGER_FOLDER)}, new URL("./swagger-ui/", import.meta.url).href);`;

/** Puts the app's setting where `app.set` would: before its own code, which then has nothing to say about it. */
const strictly = `import { app } from "stephooks"; app.set("compat", "strict");`;

/** Name of the module that is evaluated before the app. */
export const preambleModule = "stephooks:preamble";

/** What an app writes that has data or workflows. */
const needsServices = /\b(?:[Dd]atastore|DB|crudlify|realtime|schedule|createWorkflow)\b|\bapp\.(?:worker|queue|job)\b/;

/**
 * Makes the clients of DynamoDB and SQS part of what is loaded at the start. Else the first call that needs them loads
 * them, which is in time too, but Lambda gives a function that starts more of the processor than one that answers.
 */
const loadServices = `import "stephooks/aws-services";`;

/**
 * What a bundle does before the app: it puts the names there that an app finds without importing them, those its own
 * files mention, loads the clients an app with data will need, says where the files of its documentation are, and sets
 * what `package.json` says.
 */
export class Preamble {
  readonly #folder: string;
  #lines: readonly string[] = [];
  #needsSwaggerUi = false;

  readonly plugin: Plugin = {
    name: "stephooks-preamble",
    setup: (build) => {
      build.onResolve({ filter: /^stephooks:preamble$/ }, ({ path }) => ({ path, namespace: "stephooks" }));
      build.onLoad({ filter: /.*/, namespace: "stephooks" }, () => ({
        contents: [put, ...this.#lines].join("\n"),
        resolveDir: import.meta.dirname,
      }));
    },
  };

  /** `folder` is the one with the app's entry file. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether the files of Swagger UI must be beside the bundle. */
  get needsSwaggerUi(): boolean {
    return this.#needsSwaggerUi;
  }

  /**
   * Notes what these files and package.json say. True when that is something else than before: then build again.
   *
   * @throws CliError `bad-usage` for a package.json that cannot be understood.
   */
  learn(files: readonly string[]): boolean {
    const texts = files.filter(isOfApp).map(textOf);
    const mentioned = [...sources].filter(([name]) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    const lines = mentioned.map(([, line]) => line);
    if (texts.some((text) => needsServices.test(text))) lines.push(loadServices);
    this.#needsSwaggerUi = texts.some((text) => servesDocs.test(text));
    if (this.#needsSwaggerUi) lines.push(noteSwaggerUi);
    if (compatOf(this.#folder) === "strict") lines.push(strictly);
    const isNews = lines.join() !== this.#lines.join();
    this.#lines = lines;
    return isNews;
  }
}

/** Our packages: they mention the names, and use none. */
const own = resolve(import.meta.dirname, "../..") + sep;

/** Packages for codehooks apps, such as codehooks-crudlify: they rely on the names as the app does. */
const forApps = `${sep}node_modules${sep}codehooks-`;

function isOfApp(file: string): boolean {
  if (file.startsWith(own)) return false;
  return !file.includes(`${sep}node_modules${sep}`) || file.includes(forApps);
}

/** Empty for what is no file, such as a module that a plugin makes. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
