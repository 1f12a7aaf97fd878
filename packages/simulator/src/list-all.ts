import type { ListGroup, Ports } from "@stephooks/core";

const groups: readonly ListGroup[] = ["active", "completed", "failed", "cancelled"];

/** Ids of one group of the list index after the other, in small pages; one group is drawn by the ports' chance. */
export async function listAll(workflow: string, { index, random }: Ports): Promise<readonly string[]> {
  const [byte = 0] = random.bytes(1);
  const group = groups[byte % groups.length] ?? "active";
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await index.list({ workflow, group, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.ids);
    if (page.cursor === undefined) return found;
    cursor = page.cursor;
  }
}
