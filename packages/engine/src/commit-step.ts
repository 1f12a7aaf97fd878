import { type InstanceHead, type Ports, PortError, randomHex, type WriteResult } from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import type { ProtocolRules } from "./protocol-rules.ts";
import type { StepResult } from "./step-outcome.ts";
import { planTransition, type Transition } from "./transition.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

export interface StepCommit {
  readonly message: TokenMessage;
  readonly head: InstanceHead;
  readonly stored: boolean;
  readonly result: StepResult;
  readonly workflow: WorkflowDefinition;
  readonly context: DecisionContext;
}

export type CommitVerdict =
  | { readonly kind: "committed"; readonly head: InstanceHead }
  | Exclude<Decision, { kind: "run" }>;

/**
 * Writes the transition a step asked for: one conditional write when nothing went wrong.
 *
 * @throws PortError when the store did not answer; the message must be kept, its redelivery finds out.
 */
export async function commitStep(commit: StepCommit, ports: Ports, rules: ProtocolRules): Promise<CommitVerdict> {
  const { message, result, workflow, context } = commit;
  const transactionId = randomHex(ports.random, 8);
  let { head, stored } = commit;
  for (;;) {
    const transition = planTransition({ head, result, workflow, now: ports.clock.now(), transactionId });
    const written = await write(ports, transition, stored);
    if (written.ok) return { kind: "committed", head: transition.next };
    const verdict = rules.decideLostRace({ message, head, stored, transition, current: written.current }, context);
    switch (verdict.kind) {
      case "committed":
        return { kind: "committed", head: transition.next };
      case "run":
        throw new TypeError("a lost race never runs the step again");
      case "replan":
        head = verdict.head;
        stored = true;
        break;
      case "drop":
      case "keep":
      case "repair":
      case "replace":
        return verdict;
    }
  }
}

/** An unclear answer is asked again once: when the first try was applied, the transaction id tells (R4). */
async function write(ports: Ports, transition: Transition, stored: boolean): Promise<WriteResult> {
  const attempt = (): Promise<WriteResult> =>
    stored
      ? ports.instances.update(transition.next.id, transition.update, transition.condition)
      : ports.instances.create(transition.next);
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof PortError) || !error.mayHaveApplied) throw error;
    return attempt();
  }
}
