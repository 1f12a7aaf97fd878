import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { isRecord } from "@stephooks/core";
import type { Ahead } from "@stephooks/local";
import { type FSWatcher, watch } from "chokidar";
import { type Bundle, createBundler } from "./bundle-app.ts";
import { devFramework } from "./framework/dev-framework.ts";
import { frameworkFolder } from "./framework/framework-folder.ts";

/** Makes the next version; its promise rejects with what is wrong with it. */
export type DevBuild = () => Promise<Bundle>;

/** The versions of an app while somebody edits it. */
export interface DevBuilds {
  /** @throws CliError `build-failed`. */
  first(): Promise<Bundle>;
  /**
   * Hands over each version that differs from the one before, one at a time. Settles when no change is missed any more,
   * those since the first version included.
   */
  watch(onVersion: (build: DevBuild) => Promise<void>): Promise<void>;
  /** What the processes that run a version can load before it is there; undefined before it is made. */
  ahead(): Ahead | undefined;
  /** Ends the watching and removes all versions. */
  stop(): Promise<void>;
}

/** Milliseconds without a change after which a version is made: editors write several files at once. */
const QUIET = 40;

/** How coarse the times of files may be, milliseconds. */
const CLOCK_GRAIN = 20;

/** Each version has a folder of its own: processes that are still running the one before may load more of it. */
export async function devBuilds(entry: string, root: string): Promise<DevBuilds> {
  const folder = join(root, ".stephooks/dev");
  const isAlone = removeLeftovers(folder);
  const own = join(folder, String(process.pid));
  const kept = frameworkFolder(root, entry);
  const framework = devFramework(dirname(entry), kept.path);
  const bundler = await createBundler(entry, { control: true, sourceMaps: true, framework: framework.current });
  let version = 0;
  let last = "";
  let watcher: FSWatcher | undefined;
  const build = async (): Promise<Bundle> => {
    version += 1;
    const bundle = await bundler.bundle(join(own, String(version)));
    watcher?.add(outside(bundle.sources, root));
    return bundle;
  };
  let sources: readonly string[] = [];
  let builtAt = 0;
  return {
    first: async () => {
      mkdirSync(own, { recursive: true });
      builtAt = Date.now();
      const bundle = await build();
      if (isAlone && !kept.isShared) framework.removeOthers();
      last = digestOf(bundle);
      ({ sources } = bundle);
      return bundle;
    },
    watch: async (onVersion) => {
      const watching = watch([root, ...outside(sources, root)], {
        ignoreInitial: true,
        ignored: (path) => isForeign(relative(root, path)),
      });
      const next = async (): Promise<void> => {
        const made = build();
        const digest = await made.then(digestOf, String);
        if (digest === last) return;
        last = digest;
        await onVersion(() => made);
      };
      watcher = watching;
      const changed = onChanges(watching, next);
      await once(watching, "ready");
      if (isNewer(sources, builtAt)) changed();
    },
    ahead: () => framework.ahead,
    stop: async () => {
      await watcher?.close();
      await bundler.dispose();
      rmSync(own, { recursive: true, force: true });
    },
  };
}

/** Whether a source was written after this time; file systems may tell it a little early. */
function isNewer(sources: readonly string[], time: number): boolean {
  const own = sources.filter((file) => !file.includes(`${sep}node_modules${sep}`));
  return own.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > time - CLOCK_GRAIN);
}

/**
 * Calls `act` after changes have ceased for a moment; changes while it runs lead to another call after it. Answers how to
 * tell of a change that the watcher has not seen.
 */
function onChanges(watcher: FSWatcher, act: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let changed = false;
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (changed) {
      changed = false;
      await act();
    }
    running = false;
  };
  const onChange = (): void => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(() => void run(), QUIET);
  };
  watcher.on("all", onChange);
  return onChange;
}

/** What no app's file is in: installed packages, our own folder, Git's and other hidden ones. */
function isForeign(path: string): boolean {
  return path.split(sep).some((segment) => segment === "node_modules" || /^\.[^.]/.test(segment));
}

/** Sources that are not below the app's folder, installed packages left out. */
function outside(sources: readonly string[], root: string): string[] {
  return sources.filter((path) => relative(root, path).startsWith("..") && !path.includes(`${sep}node_modules${sep}`));
}

/** The versions of a process that was killed. Answers whether no other process runs the app. */
function removeLeftovers(folder: string): boolean {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const gone = names.filter((name) => !isRunning(Number(name)));
  for (const name of gone) rmSync(join(folder, name), { recursive: true, force: true });
  return gone.length === names.length;
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return isRecord(error) && error["code"] === "EPERM";
  }
}

/** The names of chunks carry their content. */
function digestOf({ file }: Bundle): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
