import type { PortOperation } from "@stephooks/contracts";

/** What goes wrong around one outside call. */
export const faultKinds = [
  /** The process dies before the call leaves it. */
  "kill-before",
  /** The process dies after the call took effect. */
  "kill-after",
  /** The call takes effect and an error is reported. */
  "commit-then-error",
  /** The call takes no effect and an error is reported. */
  "error",
  /** The visibility timeout ends early and a second worker overtakes this one, which goes on as a zombie. */
  "early-expiry",
  /** The visibility timeout ends early; a second worker reaches its commit; this one commits first and dies. */
  "winner-dies",
  /** The broker holds a second copy of every message that is in flight. */
  "duplicate-delivery",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** 1 is the first outside call of the run. */
  readonly call: number;
  readonly kind: FaultKind;
}

/** A fault that came to its call. */
export interface FiredFault extends Fault {
  readonly operation: PortOperation;
  /** False when it could not do what it is named for: no message in flight to be seen twice, no rival. */
  readonly bit: boolean;
  /** True when the answer that it lost was that of a commit. */
  readonly lostCommit?: boolean;
}

/** Fault and call, for reports. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults.length === 0 ? "no fault" : faults.map(({ call, kind }) => `${kind} at call ${call}`).join(", ");
}
