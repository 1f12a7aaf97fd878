export { crudlify } from "./crudlify.ts";
export type { CrudSchemas } from "./crud-collections.ts";
export type { SchemaCompiler } from "./document-validator.ts";
export { type CrudHook, EventHooks } from "./event-hooks.ts";
export { type CrudOptions, type CrudRegistration, registerCrud } from "./register-crud.ts";
