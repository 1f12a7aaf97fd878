import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { swaggerFiles } from "stephooks/bundling";

/*
 * The files of Swagger UI go into the published package, as a copy: installing swagger-ui-dist reports the installation
 * to its makers, and nobody who installs stephooks has asked for that.
 */
const target = join(import.meta.dirname, "../packages/stephooks/dist/swagger-ui");
mkdirSync(target, { recursive: true });
for (const file of swaggerFiles()) copyFileSync(file, join(target, basename(file)));
