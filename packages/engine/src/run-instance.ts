import { type InstanceHead, type Ports, randomHex } from "@stephooks/core";
import { commit } from "./commit.ts";
import { definitionOf, stepOf } from "./definitions.ts";
import { performDuties } from "./perform-duties.ts";
import { planStep } from "./plan-step.ts";
import { runStep } from "./run-step.ts";
import type { StepResult } from "./step-outcome.ts";
import type { Outcome, Work, WorkTools } from "./work-context.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** Reruns of one body in one invocation because the state was patched while it decided to wait (R8). */
const MAX_RERUNS = 5;

/** What an invocation needs after the last step of an inline chain, milliseconds. */
const AFTER_STEP = 2_000;

/** Runs the current step of an instance, commits what it asks for, and goes on inline while that is wanted. */
export async function runInstance(from: InstanceHead, work: Work, tools: WorkTools): Promise<Outcome> {
  const { definitions, listener, ports, rules } = tools;
  const workflow = definitionOf(definitions, from.workflow);
  let head = from;
  for (let reruns = 0; ;) {
    const result = await runStep({
      head,
      idempotencyKey: `${head.id}/${head.visit}`,
      workflow,
      step: stepOf(definitions, head.workflow, head.step),
      clock: ports.clock,
      logger: ports.logger,
      reporter: tools.reporter,
    });
    const inline = chains(result, workflow, tools);
    const input = {
      workflow,
      transactionId: randomHex(ports.random, 8),
      chance: result.outcome.kind === "error" ? chance(ports) : 0,
      inline,
    };
    const plan = (on: InstanceHead) => planStep({ ...input, head: on, now: ports.clock.now() }, result);
    const verdict = await commit({ ...work, head, stored: true, plan }, ports, rules);
    if (verdict.kind === "rerun") {
      reruns += 1;
      // A paused instance begins no body: the message is seen again, and held.
      if (reruns > MAX_RERUNS || verdict.head.pauseId !== undefined) return "keep";
      head = verdict.head;
      continue;
    }
    if (verdict.kind !== "committed") return verdict;
    const { outcome } = result;
    await listener?.({
      before: head,
      after: verdict.head,
      ...(outcome.kind === "error" ? { error: outcome.error } : {}),
    });
    // A commit that was to go on inline kept the token, unless the instance was paused meanwhile.
    const goesOn = inline && verdict.head.status === "runnable" && verdict.head.token === head.token;
    if (!goesOn) return performDuties(verdict.head, work.received, ports);
    // Paused between the commit and its late answer: the message in hand is the one that the pause takes.
    if (verdict.head.pauseId !== undefined) return { kind: "hold", head: verdict.head };
    head = verdict.head;
    reruns = 0;
  }
}

/** A step chains when its workflow wants it and the next body has its whole time left in this invocation. */
function chains({ outcome }: StepResult, workflow: WorkflowDefinition, { endsAt, ports }: WorkTools): boolean {
  if (!workflow.inline || outcome.kind !== "goto" || outcome.delay > 0) return false;
  const timeout = workflow.steps.get(outcome.next)?.timeout ?? Infinity;
  return endsAt - ports.clock.now() > timeout + AFTER_STEP;
}

/** A number from 0 to 1. */
export function chance({ random }: Ports): number {
  const [byte = 0] = random.bytes(1);
  return byte / 255;
}
