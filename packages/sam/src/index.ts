export { bootstrapTemplate } from "./bootstrap-template.ts";
export { buildTemplate, type TemplateOptions } from "./build-template.ts";
export { type ParsedResource, type ParsedTemplate, parseTemplate } from "./parse-template.ts";
export { type PolicyRow, policyRows } from "./policy-rows.ts";
export { readTemplate, type ReadTemplate } from "./read-template.ts";
export { renderTemplate } from "./render-template.ts";
export { SamError, type SamErrorCode } from "./sam-error.ts";
export type { SamTemplate, TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";
export { variableNameFault, variableParameter } from "./variables.ts";
