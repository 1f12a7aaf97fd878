import { type InstanceHead, PortError, type Ports, type WriteResult } from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import { spillHistory } from "./history-ring.ts";
import type { LostRaceVerdict } from "./decide-lost-race.ts";
import type { DecisionContext } from "./decision.ts";
import type { ProtocolRules } from "./protocol-rules.ts";
import type { Transition } from "./transition.ts";

export interface CommitRequest {
  readonly message: TokenMessage;
  readonly head: InstanceHead;
  /** False when the head exists only in the message: the write creates it. */
  readonly stored: boolean;
  /** The transition on this head; called again when only the state below it changed. */
  readonly plan: (head: InstanceHead) => Transition;
  readonly context: DecisionContext;
}

export type CommitVerdict = Exclude<LostRaceVerdict, { kind: "replan" }>;

/**
 * Writes a transition: one conditional write when nothing went wrong.
 *
 * @throws PortError when the store did not answer; the message must be kept, its redelivery finds out.
 */
export async function commit(request: CommitRequest, ports: Ports, rules: ProtocolRules): Promise<CommitVerdict> {
  const { context, message, plan } = request;
  let { head, stored } = request;
  for (;;) {
    if (head.fullHistory) await spillHistory(head, ports);
    const transition = plan(head);
    const written = await writeTwice(() =>
      stored
        ? ports.instances.update(transition.next.id, transition.update, transition.condition)
        : ports.instances.create(transition.next),
    );
    if (written.ok) return { kind: "committed", head: transition.next };
    const race = { message, head, stored, transition, current: written.current };
    const verdict = rules.decideLostRace(race, { ...context, now: ports.clock.now() });
    if (verdict.kind !== "replan") return verdict;
    head = verdict.head;
    stored = true;
  }
}

/** An unclear answer is asked again once: when the first try was applied, the write's own id tells (R4). */
export async function writeTwice(write: () => Promise<WriteResult>): Promise<WriteResult> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof PortError) || !error.mayHaveApplied) throw error;
    return write();
  }
}
