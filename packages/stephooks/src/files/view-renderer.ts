import { isRecord } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { FileSource } from "./file-source.ts";
import { servablePath } from "./servable-path.ts";

type Template = (data: unknown) => unknown;

/** What is used of a template engine: Handlebars or EJS as its package exports it. */
interface Engine {
  readonly compile: (source: string) => Template;
  readonly registerPartial?: (name: string, source: string) => void;
}

/** Endings of the views of an engine, by the name under which `app.set("view engine", …)` was given it. */
const endings: ReadonlyMap<string, string> = new Map([
  ["hbs", "hbs"],
  ["handlebars", "hbs"],
  ["ejs", "ejs"],
]);

/** Renders views of the deployed source. A compiled view is kept until its file changes. */
export class ViewRenderer {
  readonly #settings: ReadonlyMap<string, unknown>;
  readonly #source: () => FileSource;
  readonly #compiled = new Map<string, { readonly etag: string; readonly template: Template }>();

  /** `settings` are those of `app.set`: `views`, `layout` and `view engine`. */
  constructor(settings: ReadonlyMap<string, unknown>, source: () => FileSource) {
    this.#settings = settings;
    this.#source = source;
  }

  /** The HTML of a view. @throws StephooksError `view-failed`; what the template throws. */
  async render(view: string, data: unknown): Promise<string> {
    const { engine, ending } = this.#engine();
    const layout = this.#settings.get("layout");
    if (typeof layout === "string" && engine.registerPartial !== undefined) {
      engine.registerPartial("layout", (await this.#read(layout)).text);
    }
    const path = `${this.#folder()}/${view}.${ending}`;
    const { etag } = await this.#find(path);
    let compiled = this.#compiled.get(path);
    if (compiled?.etag !== etag) {
      compiled = { etag, template: engine.compile((await this.#read(path)).text) };
      this.#compiled.set(path, compiled);
    }
    return String(compiled.template(data ?? {}));
  }

  #engine(): { readonly engine: Engine; readonly ending: string } {
    const given = this.#settings.get("view engine");
    const [name, engine] = isRecord(given) ? (Object.entries(given)[0] ?? []) : [];
    const ending = endings.get(name ?? "");
    if (ending !== undefined && isEngine(engine)) return { engine, ending };
    throw failed(`No view engine is set that is known here: app.set("view engine", { hbs: handlebars }) or { ejs }.`);
  }

  #folder(): string {
    const folder = this.#settings.get("views");
    return typeof folder === "string" ? folder.replace(/\/$/, "") : "";
  }

  async #find(path: string): Promise<{ readonly etag: string }> {
    // A view's name may come from a request: it leads nowhere but into the folder.
    const servable = servablePath(path);
    const info = servable === undefined ? undefined : await this.#source().info(servable);
    if (info !== undefined) return info;
    throw failed(`There is no view ${JSON.stringify(path)} in the deployed source.`);
  }

  async #read(path: string): Promise<{ readonly text: string }> {
    const content = await this.#source().read(path);
    if (content === undefined) throw failed(`There is no view ${JSON.stringify(path)} in the deployed source.`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content.body) chunks.push(chunk);
    return { text: Buffer.concat(chunks).toString("utf8") };
  }
}

function isEngine(value: unknown): value is Engine {
  // Both are objects with a compile function; EJS's own export is a CommonJS module that may be a function.
  return (typeof value === "object" || typeof value === "function") && value !== null && "compile" in value;
}

function failed(message: string): StephooksError {
  return new StephooksError("view-failed", message);
}
