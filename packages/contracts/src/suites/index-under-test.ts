import type { InstanceIndex, InstanceStore } from "@stephooks/core";

/** A store with its indexes for one suite. They may hold other instances: tests use times and workflows of their own. */
export interface IndexUnderTest {
  readonly store: InstanceStore;
  readonly index: InstanceIndex;
  dispose?(): Promise<void>;
}
