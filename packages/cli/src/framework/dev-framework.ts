import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isRecord } from "@stephooks/core";
import type { Ahead } from "@stephooks/local";
import { version as esbuildVersion } from "esbuild";
import { workspaceConditions } from "../bundle-settings.ts";
import { buildFramework, type BuiltFramework, type FrameworkModule } from "./build-framework.ts";
import { areUnchanged, type FileStamps, stampsOf } from "./file-stamps.ts";
import { resolutionFiles } from "./resolution-files.ts";
import { stephooksFor } from "./stephooks-for.ts";

/**
 * Stephooks and all it imports, bundled apart from the app: it stays the same while somebody edits the app, so only the
 * app's own code is bundled and compiled again.
 */
export interface Framework {
  /** By what is written to import it. */
  readonly modules: ReadonlyMap<string, FrameworkModule>;
  /** Every file it was made of, absolute. */
  readonly sources: readonly string[];
}

export interface DevFramework {
  /** What a process can load before the app's code is there; undefined when nothing of it is made yet. */
  readonly ahead: Ahead | undefined;
  /** As the app finds it now. Made when it is not there or a file of it has changed. Rejects as esbuild does. */
  current(): Promise<Framework>;
  /** Removes what was made of other versions. A running process may still load parts of them. */
  removeOthers(): void;
}

/** What is kept beside the folders of the versions. */
interface FrameworkRecord extends BuiltFramework {
  /** With what it was made. */
  readonly key: string;
  readonly stamps: FileStamps;
}

/** How coarse the times of files may be, milliseconds. */
const CLOCK_GRAIN = 20;

/** `appFolder` has the app's entry, `target` is a folder of our own. */
export function devFramework(appFolder: string, target: string): DevFramework {
  const key = (): string => frameworkKey(appFolder);
  const kept = readRecord(target, key());
  let record = kept && areUnchanged(kept.stamps) ? kept : undefined;
  return {
    get ahead() {
      return record && aheadOf(record);
    },
    current: async () => {
      if (record !== undefined && record.key === key() && areUnchanged(record.stamps)) return frameworkOf(record);
      const begun = Date.now();
      const built = await buildFramework(appFolder, target);
      const stamps = stampsOf([...built.sources, ...resolutionFiles(stephooksFor(appFolder), built.sources)]);
      record = { ...built, key: key(), stamps };
      // A file that was written meanwhile may have been read before.
      if (newestOf(stamps) < begun - CLOCK_GRAIN) writeRecord(target, record);
      return frameworkOf(record);
    },
    removeOthers: () => {
      const used = new Set(Object.values(record?.modules ?? {}).map(({ file }) => basename(dirname(file))));
      for (const name of existsSync(target) ? readdirSync(target) : []) {
        if (name !== RECORD && !used.has(name)) rmSync(join(target, name), { recursive: true, force: true });
      }
    },
  };
}

function frameworkOf({ modules, sources }: BuiltFramework): Framework {
  return { modules: new Map(Object.entries(modules)), sources };
}

/** Most apps have data, and the worker process needs the clients of AWS in any case. */
function aheadOf({ modules, programs }: BuiltFramework): Ahead {
  const files = ["stephooks", "stephooks/host", "stephooks/aws-services"].map((name) => modules[name]?.file ?? []);
  return { modules: files.flat(), programs };
}

/** The time of the last write, milliseconds. */
function newestOf(stamps: FileStamps): number {
  return Math.max(0, ...Object.values(stamps).map((stamp) => Number(stamp.split(" ").at(-1))));
}

const RECORD = "framework.json";

/** Raised when what is kept changes its form. */
const FORM = 2;

/** Apps with the same one can share what is made. */
export function frameworkKey(appFolder: string): string {
  const tools = [esbuildVersion, process.version, workspaceConditions(), import.meta.dirname];
  return JSON.stringify([FORM, ...tools, stephooksFor(appFolder)]);
}

function readRecord(target: string, key: string): FrameworkRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(join(target, RECORD), "utf8"));
    return isFrameworkRecord(record, key) && filesOf(record).every((file) => existsSync(file)) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The key carries the form: what has it was written by this code. */
function isFrameworkRecord(value: unknown, key: string): value is FrameworkRecord {
  return isRecord(value) && value["key"] === key;
}

function filesOf({ modules }: FrameworkRecord): readonly string[] {
  return Object.values(modules).map(({ file }) => file);
}

/** In one step: a reader finds the old one or the new one. */
function writeRecord(target: string, record: FrameworkRecord): void {
  mkdirSync(target, { recursive: true });
  const fresh = join(target, `${RECORD}.${process.pid}`);
  writeFileSync(fresh, JSON.stringify(record));
  renameSync(fresh, join(target, RECORD));
}
