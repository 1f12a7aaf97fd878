export { buildTemplate, type TemplateOptions } from "./build-template.ts";
export { type ParsedResource, type ParsedTemplate, parseTemplate } from "./parse-template.ts";
export { renderTemplate } from "./render-template.ts";
export { SamError, type SamErrorCode } from "./sam-error.ts";
export type { SamTemplate, TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";
