import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { isCodedError, isRecord } from "@stephooks/core";
import { dynoxideBinary } from "@stephooks/emulators";
import { listenFailure, outputOf } from "./ask-machine.ts";
import type { DoctorFacts, GitFacts, MachineFacts, PackageFacts, ProjectFacts, TsconfigFacts } from "./doctor-facts.ts";
import { findEntry, mainFileOf, readManifest } from "../find-entry.ts";

/** Ports that `stephooks dev` tries, from the first. */
const PORTS = { first: 3_000, tried: 21 } as const;

const lockFiles = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/** Everything that is known without building and without AWS. */
export async function gatherFacts(folder: string): Promise<Pick<DoctorFacts, "machine" | "project" | "git">> {
  const [machine, project] = await Promise.all([machineFacts(folder), projectFacts(folder)]);
  return { machine, project, git: gitFacts(folder) };
}

async function machineFacts(folder: string): Promise<MachineFacts> {
  const { bavail, bsize } = statfsSync(folder);
  const watches = outputOfFile("/proc/sys/fs/inotify/max_user_watches");
  return {
    node: process.versions.node,
    packageManager: ["npm", "pnpm"].find((name) => outputOf(name, ["--version"], folder) !== undefined),
    emulatorFailure: process.env["AWS_ENDPOINT_URL_DYNAMODB"] ? undefined : failureOf(() => dynoxideBinary()),
    ports: { ...PORTS, free: (await hasFreePort()) ? 1 : 0 },
    // Nobody makes the folder that TMPDIR names.
    tempWritable: existsSync(tmpdir()) && isWritable(tmpdir()),
    freeBytes: bavail * bsize,
    maxWatches: watches === undefined ? undefined : Number(watches),
  };
}

async function hasFreePort(): Promise<boolean> {
  for (let port: number = PORTS.first; port < PORTS.first + PORTS.tried; port += 1) {
    if ((await listenFailure(createServer(), port)) === undefined) return true;
  }
  return false;
}

async function projectFacts(folder: string): Promise<ProjectFacts> {
  const entry = valueOf(() => findEntry(folder));
  const own: { version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return {
    manifest: packageFacts(folder),
    entry: entry === undefined ? undefined : relative(folder, entry),
    entryText: entry === undefined ? "" : readFileSync(entry, "utf8"),
    lockFiles: lockFiles.filter((name) => existsSync(join(folder, name))),
    writable: isWritable(existsSync(join(folder, ".stephooks")) ? join(folder, ".stephooks") : folder),
    tsconfig: await tsconfigFacts(folder),
    installed: {
      app: versionOf("stephooks", join(folder, "package.json")),
      command: versionOf("stephooks", import.meta.filename) ?? own.version,
    },
  };
}

function packageFacts(folder: string): ProjectFacts["manifest"] {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return "missing";
  const manifest = valueOf(() => readManifest(file));
  if (manifest === undefined) return "unreadable";
  const { dependencies, devDependencies, main, stephooks } = manifest;
  const facts: PackageFacts = {
    main: typeof main === "string" ? main : undefined,
    mainFound: typeof main === "string" && mainFileOf(folder, main) !== undefined,
    dependencies: isRecord(dependencies) ? Object.keys(dependencies) : [],
    devDependencies: isRecord(devDependencies) ? Object.keys(devDependencies) : [],
    compat: isRecord(stephooks) ? stephooks["compat"] : undefined,
  };
  return facts;
}

async function tsconfigFacts(folder: string): Promise<ProjectFacts["tsconfig"]> {
  const file = join(folder, "tsconfig.json");
  if (!existsSync(file)) return undefined;
  const { parseTsconfig } = await import("get-tsconfig");
  const options = valueOf(() => parseTsconfig(file).compilerOptions ?? {});
  if (options === undefined) return "unreadable";
  const facts: TsconfigFacts = {
    strict: options.strict,
    module: options.module?.toLowerCase(),
    moduleResolution: options.moduleResolution?.toLowerCase(),
    noEmit: options.noEmit,
    outDir: options.outDir,
  };
  return facts;
}

function gitFacts(folder: string): GitFacts {
  const git = (...args: readonly string[]): string => outputOf("git", args, folder) ?? "";
  const tracked = git("ls-files", "--", ".env", ".stephooks", "node_modules").split("\n");
  const ignored = git("check-ignore", ".env", ".stephooks/data").split("\n");
  return {
    isRepository: git("rev-parse", "--is-inside-work-tree").trim() === "true",
    tracked: [...new Set(tracked.map((path) => path.split("/")[0] ?? ""))].filter((name) => name !== ""),
    ignored: ignored.map((path) => path.split("/")[0] ?? "").filter((name) => name !== ""),
    hasEnvFile: existsSync(join(folder, ".env")),
  };
}

/** Version of the package that a file would import; undefined when there is none. */
function versionOf(name: string, from: string): string | undefined {
  const found = valueOf(() => createRequire(from).resolve.paths(name)) ?? [];
  const file = found.map((place) => join(place, name, "package.json")).find((place) => existsSync(place));
  const version = file === undefined ? undefined : valueOf(() => readManifest(file))?.["version"];
  return typeof version === "string" ? version : undefined;
}

function outputOfFile(file: string): string | undefined {
  return valueOf(() => readFileSync(file, "utf8"));
}

function isWritable(folder: string): boolean {
  return failureOf(() => accessSync(existsSync(folder) ? folder : dirname(folder), constants.W_OK)) === undefined;
}

function failureOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isCodedError(error) || error instanceof Error ? error.message : String(error);
  }
}

/** What cannot be found out is undefined. */
function valueOf<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
