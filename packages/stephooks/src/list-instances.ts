import { type InstanceHead, isRecord, type ListGroup, type Ports } from "@stephooks/core";
import { type InstanceDocument, instanceDocument } from "@stephooks/engine";
import type { InstanceFilter } from "./workflow.ts";

const groups: readonly ListGroup[] = ["active", "completed", "failed", "cancelled"];

/** Instances one call reads at the most. */
const MAX_INSTANCES = 1_000;

/**
 * Instances of a workflow whose documents match, newest first. The index is eventually consistent.
 *
 * @throws QueryError when the filter is refused.
 */
export async function listInstances(
  workflow: string,
  filter: InstanceFilter,
  ports: Ports,
  among: readonly ListGroup[] = groups,
): Promise<readonly InstanceHead[]> {
  const matches = await predicateOf(filter);
  const heads: InstanceHead[] = [];
  for (const group of among) {
    let cursor: string | undefined;
    do {
      const page = await ports.index.list({ workflow, group, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      const found = page.ids.length === 0 ? new Map<string, InstanceHead>() : await ports.instances.read(page.ids);
      heads.push(...[...found.values()].filter((head) => matches(instanceDocument(head))));
      cursor = page.cursor;
    } while (cursor !== undefined && heads.length < MAX_INSTANCES);
  }
  return heads.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, MAX_INSTANCES);
}

/** The query language is loaded with the first filter that says something. */
async function predicateOf(filter: InstanceFilter): Promise<(document: InstanceDocument) => boolean> {
  if (isRecord(filter) && Object.keys(filter).length === 0) return () => true;
  const { compileFilter } = await import("@stephooks/query");
  return compileFilter(filter);
}
