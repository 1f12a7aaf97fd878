import { type InstanceHead, type InstanceStatus, type ListGroup, type Ports } from "@stephooks/core";
import { instanceDocument } from "@stephooks/engine";
import { compileFilter } from "@stephooks/query";
import { CliError } from "../cli-error.ts";
import { type InstanceSummary, instanceSummary } from "./instance-summary.ts";

/** Which instances are meant. */
export interface InstanceQuery {
  readonly workflows: readonly string[];
  /** Any of these; every one when empty. */
  readonly statuses: readonly InstanceStatus[];
  /** Filter on the instances' documents. */
  readonly where: Readonly<Record<string, unknown>>;
}

export interface InstancePage {
  readonly instances: readonly InstanceSummary[];
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

/** Where a page ended: in the list of a workflow's group. */
interface Place {
  readonly workflow: string;
  readonly group: ListGroup;
  readonly after?: string;
}

/** Ids of one request at the most, by the index. */
const MAX_IDS = 100;

const groupOf: Readonly<Record<InstanceStatus, ListGroup>> = {
  running: "active",
  waiting: "active",
  blocked: "active",
  paused: "active",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

export const statuses: readonly string[] = Object.keys(groupOf);

/**
 * The next instances that match: by workflow as given, what goes on before what has ended, the newest first. The list is
 * eventually consistent; what it names is read as it is now.
 *
 * @throws QueryError when the filter is refused, CliError `bad-usage` for a cursor that is none.
 */
export async function listPage(
  query: InstanceQuery,
  { cursor, limit }: { readonly limit: number; readonly cursor?: string },
  ports: Ports,
): Promise<InstancePage> {
  const matches = matcherOf(query, ports.clock.now());
  const instances: InstanceSummary[] = [];
  for (let place = cursor === undefined ? first(query) : readCursor(cursor, query); place;) {
    const left = limit - instances.length;
    if (left === 0) return { instances, cursor: writeCursor(place) };
    const { after, group, workflow } = place;
    const page = await ports.index.list({
      workflow,
      group,
      limit: Math.min(MAX_IDS, left),
      ...(after === undefined ? {} : { cursor: after }),
    });
    const heads = page.ids.length === 0 ? undefined : await ports.instances.read(page.ids);
    for (const id of page.ids) {
      const found = matches(heads?.get(id));
      if (found) instances.push(found);
    }
    place = page.cursor === undefined ? following(query, place) : { workflow, group, after: page.cursor };
  }
  return { instances };
}

/** Every match, a page at a time. */
export async function* everyInstance(query: InstanceQuery, ports: Ports): AsyncGenerator<InstanceSummary> {
  let cursor: string | undefined;
  do {
    const page = await listPage(query, { limit: MAX_IDS, ...(cursor === undefined ? {} : { cursor }) }, ports);
    yield* page.instances;
    ({ cursor } = page);
  } while (cursor !== undefined);
}

function matcherOf(
  { statuses: wanted, where }: InstanceQuery,
  now: number,
): (head: InstanceHead | undefined) => InstanceSummary | undefined {
  const matches = compileFilter(where);
  return (head) => {
    // It was removed since the list was written.
    if (head === undefined) return undefined;
    const summary = instanceSummary(head, now);
    if (wanted.length > 0 && !wanted.includes(summary.status)) return undefined;
    return matches(instanceDocument(head)) ? summary : undefined;
  };
}

function places({ statuses: wanted, workflows }: InstanceQuery): readonly Place[] {
  const groups = new Set(wanted.length === 0 ? Object.values(groupOf) : wanted.map((status) => groupOf[status]));
  return workflows.flatMap((workflow) => [...groups].map((group) => ({ workflow, group })));
}

function first(query: InstanceQuery): Place | undefined {
  return places(query)[0];
}

function following(query: InstanceQuery, { group, workflow }: Place): Place | undefined {
  const all = places(query);
  return all[1 + all.findIndex((place) => place.workflow === workflow && place.group === group)];
}

function writeCursor({ after, group, workflow }: Place): string {
  return Buffer.from(JSON.stringify([workflow, group, after ?? null])).toString("base64url");
}

function readCursor(cursor: string, query: InstanceQuery): Place {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const [workflow, name, after]: readonly unknown[] = Array.isArray(parts) ? parts : [];
    const place = places(query).find((known) => known.workflow === workflow && known.group === name);
    if (place !== undefined) return { ...place, ...(typeof after === "string" ? { after } : {}) };
  } catch {
    // Answered below.
  }
  throw new CliError(
    "bad-usage",
    "--cursor is not one that this list printed: give the same workflow and statuses, or begin without it.",
  );
}
