import { hasEnded, parseBranchId } from "@stephooks/core";
import type { SimStore } from "./sim-store.ts";

/** Heads that are over, an instance that has ended or a branch nobody waits for, and stand in the due index. */
export function leftInIndex(store: SimStore): readonly string[] {
  return store
    .heads()
    .filter(({ id, indexedAt, status }) => {
      if (indexedAt === undefined) return false;
      const ref = parseBranchId(id);
      if (ref === undefined) return hasEnded(status);
      const parent = store.get(ref.instance);
      return parent?.status !== "joining" || parent.join?.seq !== ref.seq || parent.results?.has(ref.branch);
    })
    .map(({ id }) => id);
}
