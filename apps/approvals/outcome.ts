import { createHash } from "node:crypto";
import type { Approver } from "./inputs.ts";

export type Decision = "approved" | "refused";

/** How an approval ends. */
export type Outcome = Decision | "expired" | "withdrawn";

/** What one approver has decided. */
export interface Vote {
  readonly approver: string;
  readonly decision: Decision;
  /** ISO 8601: when the answer came. */
  readonly at: string;
  /** Of the version that was shown. */
  readonly hash: string;
  /** {@link fingerprint} of the token it came with. */
  readonly token: string;
  readonly comment?: string | undefined;
}

/** What the votes make of an approval; undefined while it is open. `votes` are in the order of the approvers. */
export function outcomeOf(
  approvers: readonly Approver[],
  votes: readonly (Vote | undefined)[],
  quorum: number,
): Decision | undefined {
  const number = (decision: Decision): number => votes.filter((vote) => vote?.decision === decision).length;
  if (votes.some((vote, index) => vote?.decision === "refused" && approvers[index]?.veto === true)) return "refused";
  if (number("approved") >= quorum) return "approved";
  return approvers.length - number("refused") < quorum ? "refused" : undefined;
}

/** Names one version of a document: what is approved is this, and nothing that looks like it. */
export function hashOf(title: string, text: string): string {
  return createHash("sha256")
    .update(JSON.stringify([title, text]))
    .digest("hex");
}

/** Tells tokens apart in the audit trail, where nobody may find one to use. */
export function fingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 16);
}
