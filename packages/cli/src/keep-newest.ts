import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What may stay of the files below a folder. */
export interface Keeping {
  /** Age after which a file goes, counted from when it was written last; milliseconds. */
  readonly maxAge: number;
  /** Of the others the newest stay, as many as are no larger together. */
  readonly maxBytes: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Removes what is old or too much below a folder. What cannot be removed stays: it is only a waste of space. */
export function keepNewest(folder: string, { maxAge, maxBytes, now }: Keeping): void {
  let bytes = 0;
  for (const { path, size, time } of filesIn(folder).toSorted((one, other) => other.time - one.time)) {
    bytes += size;
    if (bytes > maxBytes || now - time > maxAge) removed(path);
  }
}

interface KeptFile {
  readonly path: string;
  readonly size: number;
  readonly time: number;
}

/** Another process may remove them meanwhile. */
function filesIn(folder: string): readonly KeptFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? [{ path, size: found.size, time: found.mtimeMs }] : [];
  });
}

function removed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Somebody else's, say.
  }
}
