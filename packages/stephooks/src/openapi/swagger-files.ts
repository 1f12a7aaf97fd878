import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The files of Swagger UI that the page loads, and its licence, which goes where they go. */
const names = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE", "NOTICE"] as const;

/** Name of the setting with the folder of these files, where an app is bundled: nothing is installed beside it there. */
export const SWAGGER_FOLDER = "_swagger_ui";

/** The folder of Swagger UI beside this package's code, and among installed packages while this project is developed. */
export function swaggerFolder(): string {
  const own = fileURLToPath(new URL("../swagger-ui/", import.meta.url));
  if (existsSync(own)) return own;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}

/** Absolute paths of what a deployed app needs for the page of its documentation. */
export function swaggerFiles(): readonly string[] {
  const folder = swaggerFolder();
  return names.map((name) => join(folder, name));
}
