export { sourceOf } from "./app-files.ts";
export { type FileOrigin, registerFiles } from "./register-files.ts";
export { servablePath } from "./servable-path.ts";
export type { StaticOptions } from "./static-options.ts";
export { ViewRenderer } from "./view-renderer.ts";
