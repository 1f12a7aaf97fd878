import { lstatSync } from "node:fs";

/** Files as they were at one time, by absolute path; one that was not there has an empty stamp. */
export type FileStamps = Readonly<Record<string, string>>;

export function stampsOf(files: Iterable<string>): FileStamps {
  return Object.fromEntries([...new Set(files)].map((file) => [file, stampOf(file)]));
}

/** Whether all of them are as they were. */
export function areUnchanged(stamps: FileStamps): boolean {
  return Object.entries(stamps).every(([file, stamp]) => stampOf(file) === stamp);
}

/**
 * Changes whenever the file is written or replaced. The time of the last change alone does not tell: npm gives every
 * file of a package the same one, and a new version may have the same size. A link is looked at itself.
 */
function stampOf(file: string): string {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found === undefined ? "" : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(" ");
}
