/** A transition that some workflow took in some test. */
export interface SeenEdge {
  /** Where the workflow was created; an absolute path. Lines begin at 1. */
  readonly file: string;
  readonly line: number;
  /** The file whose code called the one above, in the end; that itself when nobody did. */
  readonly caller: string;
  /** Folder with the source as it was, at the same path below it; absent when it is still where it was. */
  readonly kept?: string | undefined;
  readonly workflow: string;
  readonly from: string;
  readonly kind: string;
  /** A step; absent at the end and in a wait. */
  readonly to?: string | undefined;
}
