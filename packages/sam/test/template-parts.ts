import type { SamTemplate, TemplateResource } from "../src/index.ts";

/** @throws Error when the template has no such resource. */
export function propertiesOf({ Resources }: SamTemplate, id: string): TemplateResource["Properties"] {
  const resource = Resources[id];
  if (resource === undefined) throw new Error(`no resource ${id}`);
  return resource.Properties;
}

/** Id and resource of all of one type. */
export function resourcesOfType({ Resources }: SamTemplate, type: string): [string, TemplateResource][] {
  return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}
