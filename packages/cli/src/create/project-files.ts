import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Template } from "./template-list.ts";

/** A file of a new project. */
export interface ProjectFile {
  /** Below the project's folder, with slashes. */
  readonly path: string;
  readonly content: string;
  /** A file that projects have anyway is kept as it is; one of the app's own must not be there. */
  readonly ifThere: "keep" | "refuse";
}

export interface ProjectChoice {
  readonly template: Template;
  /** Of the package. */
  readonly name: string;
  /** Of stephooks and of this command, which are published together. */
  readonly version: string;
}

/** Beside `src` and `dist`: shipped with the package. */
const folder = fileURLToPath(new URL("../../templates/", import.meta.url));

/** Every file of a project that begins with the template. */
export function projectFiles({ name, template, version }: ProjectChoice): readonly ProjectFile[] {
  const shared = (file: string): string => readFileSync(join(folder, "shared", file), "utf8");
  return [
    { path: "package.json", content: packageJson(name, version), ifThere: "keep" },
    { path: "tsconfig.json", content: shared("tsconfig.json"), ifThere: "keep" },
    // npm leaves a file with the real name out of a package.
    { path: ".gitignore", content: shared("gitignore"), ifThere: "keep" },
    { path: "AGENTS.md", content: agentsText(shared("AGENTS.md"), name, template), ifThere: "keep" },
    ...filesBelow(join(folder, template.name)).map((path) => ({
      path,
      content: readFileSync(join(folder, template.name, path), "utf8"),
      ifThere: "refuse" as const,
    })),
  ];
}

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

/** What an app needs, as package.json has it. */
export function dependenciesOf(version: string): {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
} {
  return {
    dependencies: { stephooks: `^${version}` },
    devDependencies: {
      "@stephooks/cli": `^${version}`,
      "@stephooks/testkit": `^${version}`,
      "@types/node": "^24.0.0",
      typescript: "^7.0.0",
    },
  };
}

function packageJson(name: string, version: string): string {
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    main: "index.ts",
    scripts: {
      dev: "stephooks dev",
      test: "node --test",
      types: "tsc",
      check: "stephooks check",
      build: "stephooks build",
    },
    ...dependenciesOf(version),
    engines: { node: ">=24" },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

function agentsText(text: string, name: string, { files }: Template): string {
  const rows = Object.entries(files).map(([file, what]) => `| \`${file}\` | ${what} |`);
  return text.replaceAll("{{name}}", name).replace("{{files}}", rows.join("\n"));
}

/** A name that npm takes for a package, made of a folder's name. */
export function packageName(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|[._-]+$/g, "");
  return name === "" ? "stephooks-app" : name.slice(0, 200);
}
