import { currentRuntime } from "../host/current-runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { documentValidator, type SchemaCompiler, type ValidateDocument } from "./document-validator.ts";

/** Schemas by the name of their collection; null for a collection without validation. */
export type CrudSchemas = Readonly<Record<string, unknown>>;

/** The collections that the routes of one `crudlify` serve. */
export class CrudCollections {
  readonly #validators: ReadonlyMap<string, ValidateDocument | undefined>;

  /** Without a schema every collection is served. @throws StephooksError `invalid-schema`. */
  constructor(schemas: CrudSchemas, compiler: SchemaCompiler | undefined) {
    this.#validators = new Map(
      Object.entries(schemas).map(([name, schema]) => [
        name,
        schema === null ? undefined : documentValidator(name, schema, compiler),
      ]),
    );
  }

  /** Undefined: nothing is validated. @throws StephooksError `unknown-collection`. */
  validator(name: string, words: string): ValidateDocument | undefined {
    const isServed = this.#validators.size === 0 ? !holdsInstances(name) : this.#validators.has(name);
    if (isServed) return this.#validators.get(name);
    throw new StephooksError("unknown-collection", `${words} ${name}`, { collection: name });
  }
}

/** Instances of workflows are served where their collection is declared only: their states are the app's own. */
function holdsInstances(collection: string): boolean {
  return [...currentRuntime().definitions.values()].some((workflow) => workflow.collectionName === collection);
}
