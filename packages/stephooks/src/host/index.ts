export { type App, createApp } from "../app.ts";
export type { StepWrapper } from "../app-registry.ts";
export { differences } from "../compat/differences.ts";
export { differencesPage } from "../compat/differences-page.ts";
export { servablePath } from "../files/index.ts";
export { createHost, type Host } from "./create-host.ts";
export type { HostSettings } from "./create-runtime.ts";
export { type AroundStep, devControl, devTrace, type StepPlace } from "./dev-control.ts";
export type { LambdaHandler } from "./lambda-handler.ts";
