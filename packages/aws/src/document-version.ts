/** Writes that a version remembers. */
const REMEMBERED = 8;

/**
 * A document's version: the token of its last write, and those of some before, newest first. They tell a writer whose
 * answer was lost whether its write was applied even when others have written since.
 */
export function nextVersion(token: string, before: string | undefined): string {
  return [token, ...(before?.split(".") ?? [])].slice(0, REMEMBERED).join(".");
}

/** True when the write of this token is among those the version remembers. */
export function hasVersion(version: string, token: string): boolean {
  return version.split(".").includes(token);
}

/** True when a version still remembers the write that created the document. */
export function remembersAll(version: string): boolean {
  return version.split(".").length < REMEMBERED;
}
