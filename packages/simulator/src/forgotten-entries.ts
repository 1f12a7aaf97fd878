import { HISTORY_LENGTH, type InstanceHead, parseBranchId } from "@stephooks/core";
import type { World } from "./world.ts";

/** I24: every commit left one entry; the head holds the newest, and with full history nothing is missing before them. */
export function forgottenEntries({ history, store }: World): readonly string[] {
  const instances = store.heads().filter(({ id }) => parseBranchId(id) === undefined);
  const forgotten = instances.flatMap((head) => {
    const seqs = [...leftBefore(head, history), ...head.history].map(({ seq }) => seq);
    const first = head.fullHistory ? 1 : Math.max(1, head.seq + 1 - HISTORY_LENGTH);
    const isWhole = seqs.length === head.seq + 1 - first && seqs.every((seq, index) => seq === first + index);
    return isWhole ? [] : [`I24: ${head.id} at seq ${head.seq} remembers ${seqs.join(" ")}`];
  });
  return [...forgotten, ...history.contradictions.map((place) => `I24: ${place} was stored with two contents`)];
}

function leftBefore(head: InstanceHead, history: World["history"]) {
  const begins = head.history[0]?.seq ?? head.seq + 1;
  return head.fullHistory ? history.read(head.id, 0, Infinity).filter(({ seq }) => seq < begins) : [];
}
