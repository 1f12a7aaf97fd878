import {
  type BranchRef,
  type BranchResult,
  type InstanceHead,
  PortError,
  randomHex,
  StateError,
  type WriteResult,
} from "@stephooks/core";
import { branchGate, branchOf, branchResult, branchView, changesOf } from "./branch.ts";
import { commit, writeTwice } from "./commit.ts";
import { definitionOf, stepOf } from "./definitions.ts";
import { errorRecord } from "./error-record.ts";
import { entryAt, spillHistory } from "./history-ring.ts";
import { isJoinComplete } from "./join.ts";
import { giveUp, pauseBefore, retryOrGiveUp, waitFor } from "./moves.ts";
import { noWorkflow } from "./plan-command.ts";
import { performDuties } from "./perform-duties.ts";
import { chance } from "./run-instance.ts";
import { runStep } from "./run-step.ts";
import type { StepDefinition, WorkflowDefinition } from "./workflow-definition.ts";
import type { StepResult } from "./step-outcome.ts";
import { type Move, planMove, type Transition, type TransitionInput } from "./transition.ts";
import type { Fate, Outcome, Work, WorkTools } from "./work-context.ts";

type BranchWork = Work & { readonly parent: InstanceHead };

/**
 * Runs one branch (A18). A retry or a wait commits the branch's own record; whatever else it asks for, and a failure
 * for good, is recorded on its instance. The message goes after that, and after the join's wake when the join is
 * complete.
 */
export async function runBranch(
  record: InstanceHead,
  stored: boolean,
  work: BranchWork,
  tools: WorkTools,
): Promise<Outcome> {
  const { definitions, ports } = tools;
  const workflow = definitionOf(definitions, record.workflow);
  const step = stepOf(definitions, record.workflow, record.step);
  const result = await runStep({
    head: branchView(work.parent, record),
    record,
    idempotencyKey: `${record.id}/${record.visit}`,
    workflow,
    step,
    clock: ports.clock,
    logger: ports.logger,
    reporter: tools.reporter,
  });
  if (staysOpen(record, result, step)) return commitRecord(record, stored, result, workflow, work, tools);
  const thrown = result.outcome.kind === "error" ? result.outcome.error : undefined;
  return recordResult(branchResult(record, result, ports.clock.now()), work, tools, { record, thrown });
}

function staysOpen(record: InstanceHead, { outcome }: StepResult, step: StepDefinition): boolean {
  if (outcome.kind === "wait") return true;
  return outcome.kind === "error" && pauseBefore(record, outcome, step.retry, 0) !== undefined;
}

async function commitRecord(
  record: InstanceHead,
  stored: boolean,
  result: StepResult,
  workflow: WorkflowDefinition,
  work: BranchWork,
  tools: WorkTools,
): Promise<Outcome> {
  const { ports, rules } = tools;
  const input = { workflow, transactionId: randomHex(ports.random, 8), chance: chance(ports) };
  const plan = (head: InstanceHead) => planRecord({ ...input, head, now: ports.clock.now() }, result, work.parent);
  const verdict = await commit({ ...work, head: record, stored, plan }, ports, rules);
  // The record was patched while the body decided: whoever patched it left a message that runs it again.
  if (verdict.kind === "rerun") return "keep";
  if (verdict.kind !== "committed") return verdict;
  const branch = branchOf(work.message);
  const { outcome } = result;
  if (branch && outcome.kind === "error") {
    await tools.listener?.({ before: record, after: verdict.head, branch, error: outcome.error });
  }
  return performDuties(verdict.head, work.received, ports);
}

function planRecord(input: TransitionInput, { outcome }: StepResult, parent: InstanceHead): Transition {
  if (outcome.kind === "error") return planMove(input, retryOrGiveUp(input, outcome), undefined);
  if (outcome.kind !== "wait") throw new TypeError("only a retry or a wait is kept in a branch's record");
  const { remove, set } = changesOf(input.head, outcome.changes);
  const move = waitFor(input, outcome);
  const kept: Move = {
    ...move,
    set: { ...move.set, patchVersion: parent.patchVersion, removed: remove },
    changes: { kind: "keys", set, remove: remove.filter((key) => input.head.state.has(key)) },
  };
  return planMove(input, kept, undefined);
}

/**
 * Idempotent: the first result of a branch counts. Whose write completes the join wakes it, and, on a redelivery,
 * whoever finds it complete (branchGate). A later result of a join that was complete already wakes nobody: two wakes
 * would run the next step twice without any fault.
 */
export async function recordResult(
  value: BranchResult,
  work: BranchWork,
  tools: Pick<WorkTools, "listener" | "ports">,
  { record, thrown }: { readonly record: InstanceHead; readonly thrown?: unknown },
): Promise<Fate> {
  const { listener, ports } = tools;
  const ref = branchOf(work.message);
  if (ref === undefined) throw new TypeError(`${work.message.instance} is no branch`);
  const write = (result: BranchResult) =>
    writeTwice(() =>
      ports.instances.update(
        ref.instance,
        { set: {}, result: { branch: ref.branch, value: result } },
        { seq: ref.seq, statusIn: ["joining"], openBranch: ref.branch },
      ),
    );
  let failure = value.kind === "failed" ? { thrown } : undefined;
  let written = await unlessTooLarge(write(value));
  if (written instanceof PortError) {
    const refusal = tooLarge(ref, work.parent, written);
    failure = { thrown: refusal };
    written = await unlessTooLarge(write(failedWith(refusal, ref, work.parent, ports.clock.now())));
    if (written instanceof PortError) return failWhole(refusal, ref, work.parent, tools);
  }
  if (written.ok) {
    const { stored } = written;
    if (stored && failure) await listener?.({ before: record, after: stored, branch: ref, error: failure.thrown });
    return stored && completes(ref.branch, stored) ? performDuties(stored, work.received, ports) : "done";
  }
  const gate = branchGate(written.current, ref);
  return gate?.kind === "repair" ? performDuties(gate.head, work.received, ports) : "done";
}

async function unlessTooLarge(writing: Promise<WriteResult>): Promise<WriteResult | PortError> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof PortError && error.code === "too-large") return error;
    throw error;
  }
}

/**
 * Not even the reason fits beside the results, and without it the branch would run for ever. The instance fails, which takes
 * the results away. No error step takes over: nothing would insure it, as this message goes once the fan-out is over.
 */
async function failWhole(
  refusal: StateError,
  ref: BranchRef,
  parent: InstanceHead,
  { listener, ports }: Pick<WorkTools, "listener" | "ports">,
): Promise<Fate> {
  await spillHistory(parent, ports);
  const now = ports.clock.now();
  const transactionId = randomHex(ports.random, 8);
  const input = { head: parent, workflow: noWorkflow, now, transactionId, chance: 0 };
  const move = giveUp(input, refusal, stepNameOf(ref, parent));
  const { condition, next, update } = planMove(input, move, entryAt(parent, "fail", now));
  const written = await writeTwice(() => ports.instances.update(parent.id, update, condition));
  // Refused: the fan-out is over.
  if (written.ok) await listener?.({ before: parent, after: next, error: refusal });
  return "done";
}

/** A result that does not fit beside those of the others: no retry can heal that. */
function tooLarge(ref: BranchRef, parent: InstanceHead, cause: PortError): StateError {
  return new StateError(
    "state-too-large",
    `The results of the branches of instance ${ref.instance} do not fit into one item together; that of step "${stepNameOf(ref, parent)}" was one too many. Keep large data in a bucket or a collection and its key in the state.`,
    { instance: ref.instance, branch: ref.branch },
    { cause },
  );
}

function failedWith(error: StateError, ref: BranchRef, parent: InstanceHead, at: number): BranchResult {
  // Our own stack would only take the room that is short.
  const { stack: _stack, ...record } = errorRecord(error, { step: stepNameOf(ref, parent), attempt: 1, at });
  return { kind: "failed", error: record };
}

function stepNameOf({ branch }: BranchRef, { join }: InstanceHead): string {
  return join?.steps[branch] ?? "";
}

/** Whether this branch's result, and none before it, made the join complete. */
function completes(branch: number, stored: InstanceHead): boolean {
  const others = new Map([...(stored.results ?? [])].filter(([index]) => index !== branch));
  return isJoinComplete(stored) && !isJoinComplete({ ...stored, results: others });
}
