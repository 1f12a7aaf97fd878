import { isDeepStrictEqual } from "node:util";
import { type InstanceHead, isRecord, type ListGroup, type Ports } from "@stephooks/core";
import { type InstanceDocument, instanceDocument } from "@stephooks/engine";
import { StephooksError } from "./stephooks-error.ts";
import type { InstanceFilter } from "./workflow.ts";

const groups: readonly ListGroup[] = ["active", "completed", "failed", "cancelled"];

/** Instances one call reads at the most. */
const MAX_INSTANCES = 1_000;

/** Instances of a workflow whose documents match, newest first. The index is eventually consistent. */
export async function listInstances(
  workflow: string,
  filter: InstanceFilter,
  ports: Ports,
  among: readonly ListGroup[] = groups,
): Promise<readonly InstanceHead[]> {
  const heads: InstanceHead[] = [];
  for (const group of among) {
    let cursor: string | undefined;
    do {
      const page = await ports.index.list({ workflow, group, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      const found = page.ids.length === 0 ? new Map<string, InstanceHead>() : await ports.instances.read(page.ids);
      heads.push(...[...found.values()].filter((head) => matches(instanceDocument(head), filter)));
      cursor = page.cursor;
    } while (cursor !== undefined && heads.length < MAX_INSTANCES);
  }
  return heads.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, MAX_INSTANCES);
}

function matches(document: InstanceDocument, filter: InstanceFilter): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const value = Object.hasOwn(document, key) ? document[key] : undefined;
    if (!isRecord(wanted) || !Object.keys(wanted).some((name) => name.startsWith("$"))) return equals(value, wanted);
    if (Object.keys(wanted).join() === "$ne") return !equals(value, wanted["$ne"]);
    throw new StephooksError(
      "unsupported",
      `getInstances knows values and { $ne: value }, not ${Object.keys(wanted).join(", ")}. Filter the answer in code.`,
    );
  });
}

/** Null matches what is missing, as in Mongo's queries. */
function equals(value: unknown, wanted: unknown): boolean {
  return isDeepStrictEqual(value ?? null, wanted ?? null);
}
