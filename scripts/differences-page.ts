import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { differences, differencesPage } from "stephooks/host";

/* Writes the page of the documentation that says what is not as with codehooks. */
const page = join(import.meta.dirname, "../packages/stephooks/docs/differences.md");
writeFileSync(page, differencesPage(differences));
execFileSync("oxfmt", ["--write", page]);
