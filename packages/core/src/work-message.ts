import type { HeadStatus, ParentRef } from "./instance-head.ts";
import type { StateEntries } from "./state-entries.ts";

/** Runs the instance's current step when `token` is the newest issued. Carries no state. */
export interface WakeMessage {
  readonly kind: "wake";
  readonly instance: string;
  readonly token: number;
  /** The sender had done every duty of the commit that issued the token. */
  readonly dutiesDone: boolean;
}

/** A whole start: whoever receives it can create the instance, so a start cannot be lost with its caller. */
export interface CreateMessage {
  readonly kind: "create";
  readonly instance: string;
  readonly startId: string;
  readonly workflow: string;
  readonly step: string;
  readonly createdAt: number;
  readonly state: StateEntries;
  readonly parent?: ParentRef;
}

/** A child tells its parent's fan-out how it ended. */
export interface ReportMessage {
  readonly kind: "report";
  /** The parent. */
  readonly instance: string;
  readonly seq: number;
  readonly branch: number;
  readonly child: string;
  readonly status: HeadStatus;
}

export type WorkMessage = WakeMessage | CreateMessage | ReportMessage;
