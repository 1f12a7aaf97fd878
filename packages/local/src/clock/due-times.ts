import { DUE_SHARDS, type InstanceIndex } from "@stephooks/core";

/** When what is in the due index is due, epoch milliseconds: the earliest thousand of each shard. */
export async function dueTimes(index: Pick<InstanceIndex, "due">): Promise<readonly number[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => index.due(shard, 0, Number.MAX_SAFE_INTEGER));
  return (await Promise.all(shards)).flat().map(({ at }) => at);
}
