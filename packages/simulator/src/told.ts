/** A start with an id that its client chose, and whether each of its answers said that it created the instance. */
export interface Start {
  readonly id: string;
  readonly answers: boolean[];
}

/** What the clients of one run insist on, and what they were told. */
export class Told {
  /** Things somebody still insists on. */
  open = 0;
  /** Instances to which clients did what may make a body run twice without a fault, each as often as it was done. */
  readonly meddled: string[] = [];
  /** Acknowledged continues by instance. */
  readonly continued = new Map<string, number>();
  readonly cancelled = new Set<string>();
  readonly started = new Set<string>();
  readonly starts: Start[] = [];
}
