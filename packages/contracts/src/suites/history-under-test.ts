import type { InstanceHistory } from "@stephooks/core";

/** A history for one suite. It may hold other instances: every test uses ids of its own. */
export interface HistoryUnderTest {
  readonly history: InstanceHistory;
  dispose?(): Promise<void>;
}
