import { StephooksError } from "../stephooks-error.ts";

/** How the names of collections and keyspaces begin that this package keeps its own records in. */
const RESERVED = "_stephooks";

/** @throws StephooksError `reserved-name`. */
export function assertFree(name: string): void {
  if (!name.startsWith(RESERVED)) return;
  throw new StephooksError(
    "reserved-name",
    `Names that begin with ${RESERVED} are those of stephooks' own records. Choose another.`,
  );
}
