import { type Check, problem } from "./check.ts";
import type { PackageFacts, ProjectFacts, TsconfigFacts } from "./doctor-facts.ts";

/** What can be wrong with the project's files. */
export const projectChecks: readonly Check[] = [
  problem("package-json-missing", ({ project: { manifest } }) =>
    manifest === "missing" ? "There is no package.json. Add one: stephooks init" : undefined,
  ),
  problem("package-json-unreadable", ({ project: { manifest } }) =>
    manifest === "unreadable" ? "package.json is no JSON object. Correct it." : undefined,
  ),
  ofPackage("main-not-found", ({ main, mainFound }) =>
    main === undefined || mainFound
      ? undefined
      : `"main" of package.json names ${main}, which is not there. Name the app's entry file.`,
  ),
  ofPackage("compat-unknown", ({ compat }) =>
    compat === undefined || compat === "strict"
      ? undefined
      : `"compat" below "stephooks" in package.json can be "strict", or is left out. Correct it.`,
  ),
  problem("entry-missing", ({ project: { entry, manifest } }) =>
    entry !== undefined || (typeof manifest === "object" && manifest.main !== undefined && !manifest.mainFound)
      ? undefined
      : 'There is no entry file. Add "main" to package.json, or an index.ts.',
  ),
  problem("entry-without-handler", ({ project: { entry, entryText } }) =>
    entry === undefined || /\.(?:init|start)\s*\(|\bhandler\b/.test(entryText)
      ? undefined
      : `${entry} exports no handler. End it with: export default app.init();`,
  ),
  problem("lock-files-mixed", ({ project: { lockFiles } }) =>
    lockFiles.length < 2
      ? undefined
      : `There are ${lockFiles.join(" and ")}: two package managers install different versions. Remove all but one.`,
  ),
  problem("folder-not-writable", ({ project: { writable } }) =>
    writable ? undefined : ".stephooks cannot be written. Give yourself the right to, or choose another folder.",
  ),
  problem("stephooks-not-installed", ({ project }) =>
    imports(project, "stephooks") && project.installed.app === undefined
      ? "The app imports stephooks, which is not installed. Install it: npm install stephooks"
      : undefined,
  ),
  problem("stephooks-not-listed", ({ project }) =>
    imports(project, "stephooks") && project.installed.app !== undefined && !lists(project, "stephooks")
      ? 'The app imports stephooks, but package.json does not list it. Add it to "dependencies": npm install stephooks'
      : undefined,
  ),
  problem("two-versions", ({ project: { installed } }) =>
    installed.app === undefined || installed.app === installed.command
      ? undefined
      : `The app has stephooks ${installed.app} and the command ${installed.command}. Install the same version of stephooks and @stephooks/cli.`,
  ),
  problem("codehooks-beside-stephooks", ({ project }) =>
    lists(project, "codehooks-js") && lists(project, "stephooks") && imports(project, "stephooks")
      ? "package.json lists codehooks-js and stephooks. Both names mean stephooks in a bundle, but types and editors take the former's: remove codehooks-js."
      : undefined,
  ),
  problem("cli-in-dependencies", ({ project: { manifest } }) =>
    typeof manifest === "object" && manifest.dependencies.includes("@stephooks/cli")
      ? '@stephooks/cli is a tool: move it from "dependencies" to "devDependencies" of package.json.'
      : undefined,
  ),
  problem("tsconfig-unreadable", ({ project: { tsconfig } }) =>
    tsconfig === "unreadable" ? "tsconfig.json cannot be read. Correct it, and what it extends." : undefined,
  ),
  ofTsconfig("tsconfig-not-strict", ({ strict }) =>
    strict === true
      ? undefined
      : 'tsconfig.json is not strict, so a wrong step name or state passes. Set "strict": true.',
  ),
  ofTsconfig("tsconfig-modules", ({ module, moduleResolution }) =>
    /^(?:node16|node18|node20|nodenext|bundler)$/.test(moduleResolution ?? usualResolution(module))
      ? undefined
      : 'tsconfig.json does not find the types of packages with "exports". Set "module" and "moduleResolution" to "nodenext".',
  ),
  ofTsconfig("tsconfig-writes-beside", ({ noEmit, outDir }) =>
    noEmit === true || outDir !== undefined
      ? undefined
      : 'tsc would write JavaScript beside the sources. Set "noEmit": true in tsconfig.json: stephooks build bundles.',
  ),
];

function ofPackage(code: string, find: (facts: PackageFacts) => string | undefined): Check {
  return problem(code, ({ project: { manifest } }) => (typeof manifest === "object" ? find(manifest) : undefined));
}

/** Only TypeScript apps need a tsconfig.json; others may have one for their editor. */
function ofTsconfig(code: string, find: (facts: TsconfigFacts) => string | undefined): Check {
  return problem(code, ({ project: { entry, tsconfig } }) =>
    typeof tsconfig === "object" && /\.[mc]?ts$/.test(entry ?? "") ? find(tsconfig) : undefined,
  );
}

/** What TypeScript 7 takes when nothing is said. */
function usualResolution(module: string | undefined): string {
  return module !== undefined && /^node/.test(module) ? module : "bundler";
}

function imports({ entryText }: ProjectFacts, name: string): boolean {
  return new RegExp(`["']${name}["']`).test(entryText);
}

function lists({ manifest }: ProjectFacts, name: string): boolean {
  return typeof manifest === "object" && [...manifest.dependencies, ...manifest.devDependencies].includes(name);
}
