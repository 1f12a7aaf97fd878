import type { CrudSchemas } from "./crud-collections.ts";
import type { EventHooks } from "./event-hooks.ts";
import type { CrudOptions } from "./register-crud.ts";

/** The app as far as it is needed here. */
interface CrudApp {
  crudlify(schemas?: CrudSchemas, options?: CrudOptions): Promise<EventHooks>;
}

/** The same as `app.crudlify(schemas, options)`. */
export function crudlify(app: CrudApp, schemas?: CrudSchemas, options?: CrudOptions): Promise<EventHooks> {
  return app.crudlify(schemas, options);
}
