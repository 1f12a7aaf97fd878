export { compileFilter, type Filter, type Predicate } from "./compile-filter.ts";
export { compileUpdate, hasOperators, type Update, type Updater } from "./compile-update.ts";
export { sortDocuments, type SortSpec } from "./sort-documents.ts";
export { compileProjection, type Projection } from "./compile-projection.ts";
export { QueryError, type QueryErrorCode } from "./query-error.ts";
export { defaultQueryLimits, type QueryLimits } from "./query-limits.ts";
