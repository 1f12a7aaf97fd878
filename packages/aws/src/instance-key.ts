import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { branchId, parseBranchId } from "@stephooks/core";

/** Keys of a head: `i#<id>`, `a` for an instance; `i#<instance>`, `b#<seq>#<branch>` for a branch's own record. */
export type ItemKey = {
  readonly pk: AttributeValue;
  readonly sk: AttributeValue;
};

/** The key of an instance's or a branch record's item. */
export function itemKey(id: string): ItemKey {
  const branch = parseBranchId(id);
  // One record has one spelling: `a/01/2` is not `a/1/2`.
  if (branch === undefined || branchId(branch) !== id) return { pk: { S: `i#${id}` }, sk: { S: "a" } };
  return { pk: { S: `i#${branch.instance}` }, sk: { S: `b#${branch.seq}#${branch.branch}` } };
}

/** The id whose key an item has; undefined when it is the key of something else. */
export function idOfKey(key: Partial<ItemKey>): string | undefined {
  const instance = key.pk?.S;
  const sort = key.sk?.S;
  if (instance === undefined || sort === undefined || !instance.startsWith("i#")) return undefined;
  const id = instance.slice(2);
  if (sort === "a") return id;
  const branch = /^b#(\d+)#(\d+)$/.exec(sort);
  return branch === null ? undefined : branchId({ instance: id, seq: Number(branch[1]), branch: Number(branch[2]) });
}
