import type { Template } from "./template-list.ts";

export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

/** Which one runs this command: each sets this variable for what it runs. npm when nobody says. */
export function packageManager(userAgent: string | undefined): PackageManager {
  const name = (userAgent ?? "").split("/", 1)[0];
  return name === "pnpm" || name === "yarn" || name === "bun" ? name : "npm";
}

/** What to type after a project was written. `missing` are packages that its package.json does not name yet. */
export function nextCommands(given: {
  readonly folder: string;
  readonly manager: PackageManager;
  readonly template: Template;
  readonly missing: readonly string[];
}): readonly string[] {
  const { folder, manager, missing, template } = given;
  const add = manager === "npm" ? "npm install" : `${manager} add`;
  const libraries = missing.filter((name) => name === "stephooks");
  const tools = missing.filter((name) => name !== "stephooks");
  return [
    ...(folder === "." ? [] : [`cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`}`]),
    ...(libraries.length > 0 ? [`${add} ${libraries.join(" ")}`] : []),
    ...(tools.length > 0 ? [`${add} ${manager === "npm" ? "--save-dev" : "-D"} ${tools.join(" ")}`] : []),
    ...(missing.length > 0 ? [] : [`${manager} install`]),
    // A package.json that was there may have no script of that name, and another entry file.
    ...(missing.length > 0 ? ["npx stephooks dev index.ts"] : [`${manager} run dev`]),
    template.firstRequest,
  ];
}
