export { type Build, buildApp, type BuildOptions, templateOf } from "./build-app.ts";
export { type Bundle, bundleApp, type BundleOptions } from "./bundle-app.ts";
export { CliError, type CliErrorCode } from "./cli-error.ts";
