export { type FileOrigin, registerFiles } from "./register-files.ts";
export { filestore, type FileInfo, type FileOptions, type Filestore } from "./filestore.ts";
export { sourceFiles } from "./source-files.ts";
export type { StaticOptions } from "./static-options.ts";
export { ViewRenderer } from "./view-renderer.ts";
