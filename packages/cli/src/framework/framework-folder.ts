import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { frameworkKey } from "./dev-framework.ts";

/** Names a folder of which all apps with the same stephooks share one framework. */
const SHARED = "STEPHOOKS_FRAMEWORK_CACHE";

export interface FrameworkFolder {
  readonly path: string;
  /** Whether processes of other apps may use what is there. */
  readonly isShared: boolean;
}

/** Where the framework of the app with this entry is kept: our folder of the app, unless the environment names another. */
export function frameworkFolder(root: string, entry: string): FrameworkFolder {
  const shared = process.env[SHARED];
  if (shared === undefined || shared === "") return { path: join(root, ".stephooks/framework"), isShared: false };
  const name = createHash("sha256")
    .update(frameworkKey(dirname(entry)))
    .digest("hex")
    .slice(0, 16);
  return { path: join(shared, name), isShared: true };
}
