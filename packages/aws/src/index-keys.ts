import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { dueShard, isInstanceId, type ListGroup, type ListPlace, parseBranchId } from "@stephooks/core";

const groupLetters: Readonly<Record<ListGroup, string>> = {
  active: "A",
  completed: "D",
  failed: "F",
  cancelled: "C",
};

/** Digits of a time in a sort key: enough for some 30,000 years. */
const TIME_DIGITS = 15;

/** Partition key of a shard of the due index. */
export function duePartition(shard: number): string {
  return `D#${shard}`;
}

/** Keys that put an item into the due index. Either both are there or none. */
export function dueKeys(id: string, at: number): Record<string, AttributeValue> {
  return { gp: { S: duePartition(dueShard(id)) }, gs: { N: String(at) } };
}

/** Partition key of one group of a workflow in the list index. The separator is escaped in the name. */
export function listPartition(workflow: string, group: ListGroup): string {
  return `${workflow.replace(/[%#]/g, encodeURIComponent)}#${groupLetters[group]}`;
}

/** Sort key in the list index: text order is time order. */
function listPosition(id: string, createdAt: number): string {
  return `${String(createdAt).padStart(TIME_DIGITS, "0")}#${id}`;
}

/** The instance at a position; undefined when the text is no position. */
export function idOfPosition(position: string): string | undefined {
  const id = /^\d{15}#(.*)$/.exec(position)?.[1];
  return isInstanceId(id) ? id : undefined;
}

/** Keys that put an instance into the list index. A branch's own record is never listed. */
export function listKeys(id: string, place: ListPlace): Record<string, AttributeValue> {
  if (parseBranchId(id) !== undefined) return {};
  return {
    lp: { S: listPartition(place.workflow, place.group) },
    ls: { S: listPosition(id, place.createdAt) },
  };
}
