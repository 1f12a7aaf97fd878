import { Datastore, isStephooksError } from "stephooks";

/** One line of the trail of an approval. */
export interface AuditEntry {
  readonly approval: string;
  readonly event: string;
  /** Whom it is about: an e-mail address. */
  readonly who: string;
  /** Version of the document. */
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
  /** Fingerprint of the token that was used, or sent. */
  readonly token?: string | undefined;
  readonly note?: string | undefined;
}

/**
 * Adds an entry, once: `key` is the same each time a step runs again, the first entry stays. Only steps write, never
 * routes: what a route has seen is in the state first.
 */
export async function note(entry: AuditEntry, key: string): Promise<void> {
  const given = Object.entries(entry).filter(([, value]) => value !== undefined);
  const document = { _id: `${entry.approval}|${key}`, ...Object.fromEntries(given) };
  await Datastore.open()
    .insertOne("audit", document)
    .catch((error: unknown) => {
      if (!isStephooksError(error, "duplicate-id")) throw error;
    });
}

/** The trail of one approval, oldest first: a range of ids, so other approvals are not read. */
export function trailOf(approval: string): Promise<readonly object[]> {
  const own = { _id: { $gte: `${approval}|`, $lt: `${approval}}` } };
  return Datastore.open()
    .getMany("audit", own, { sort: { at: 1 } })
    .toArray();
}
