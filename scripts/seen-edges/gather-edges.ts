import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const compare = fileURLToPath(new URL("main.ts", import.meta.url));

/** Global setup of the tests: what their workflows did must be in the workflows' graphs, or the run fails. */
export default function gatherEdges(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-seen-edges-"));
  process.env["STEPHOOKS_SEEN_EDGES"] = folder;
  return () => {
    // A process of its own: here packages are not resolved to their sources.
    const { status } = spawnSync(process.execPath, ["--conditions=source", compare, folder], { stdio: "inherit" });
    rmSync(folder, { recursive: true, force: true });
    if (status !== 0) throw new Error("Edges that tests have seen are in no graph; they are listed above.");
  };
}
