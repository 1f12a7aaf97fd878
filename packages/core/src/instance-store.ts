import type { HeadCondition, HeadUpdate } from "./head-update.ts";
import type { InstanceHead } from "./instance-head.ts";

/** A refused condition is a value: callers must decide on the head that stood in their way. */
export type WriteResult = AppliedWrite | { readonly ok: false; readonly current: InstanceHead | undefined };

export interface AppliedWrite {
  readonly ok: true;
  /** The head after the write; given when a branch result was recorded. */
  readonly stored?: InstanceHead;
}

/**
 * Where instances live. Every write is one atomic conditional write of one item; every method rejects with a
 * {@link PortError} only. An instance whose `expiresAt` is over is as if it were removed: it is not read, and its id is
 * free. Only the indexes may still name it.
 */
export interface InstanceStore {
  /** Strongly consistent. Ids without an instance are absent from the answer. At most 100 ids. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, InstanceHead>>;
  /**
   * Stores a new head, listed where its status belongs: a first step may have ended it before anything was stored.
   * Refused with the present head when the id is taken. A branch's own record takes the place of one that another start
   * has left: an id may be used again, and what its earlier instance's branches were is nobody's then.
   */
  create(head: InstanceHead): Promise<WriteResult>;
  /**
   * Applies the update when the stored head meets the condition; refused with the head as it is. An update that breaks
   * the rules of {@link HeadUpdate} rejects with `invalid` and changes nothing.
   */
  update(id: string, update: HeadUpdate, condition: HeadCondition): Promise<WriteResult>;
}
