import type { InstanceStore } from "@stephooks/core";

/** A store for one suite. It may hold other instances: every test uses ids of its own. */
export interface StoreUnderTest {
  readonly store: InstanceStore;
  dispose?(): Promise<void>;
}
