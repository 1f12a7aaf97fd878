import { type InstanceHead, MAX_DELAY_SECONDS, type OutgoingMessage } from "@stephooks/core";
import { isJoinComplete } from "./join.ts";
import { LONGEST_DELAY, wakeTime } from "./watch-time.ts";

/**
 * Everything that must be sent because of the newest commit. Derived from the head alone and idempotent, so any
 * holder of any message of the instance can do it again.
 */
export function dutiesOf(head: InstanceHead, now: number): readonly OutgoingMessage[] {
  switch (head.status) {
    case "runnable":
      return [wake(head, Math.min(head.readyAt, wakeTime(head)) - now)];
    case "timer":
    case "waiting":
      return shortWait(head, now);
    case "joining":
      return isJoinComplete(head) ? [wake(head, 0)] : [...openBranches(head), ...shortWait(head, now)];
    case "blocked":
    case "completed":
    case "failed":
    case "cancelled":
      return [];
  }
}

/** A9: what SQS can delay is a delayed message; what is longer stands in the due index and needs none. */
function shortWait(head: InstanceHead, now: number): readonly OutgoingMessage[] {
  const at = wakeTime(head);
  return at - head.updatedAt > LONGEST_DELAY ? [] : [wake(head, at - now)];
}

function openBranches(head: InstanceHead): readonly OutgoingMessage[] {
  const { id: instance, join, results } = head;
  if (join === undefined) return [];
  return join.steps.flatMap((_step, branch) => {
    if (results?.has(branch)) return [];
    return [{ message: { kind: "branch", instance, seq: join.seq, branch } as const, delaySeconds: 0 }];
  });
}

/** `dutiesDone` is true because the wake is the last duty of its commit. */
export function wake({ id, token }: InstanceHead, milliseconds: number): OutgoingMessage {
  const delaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(milliseconds / 1_000)));
  return { message: { kind: "wake", instance: id, token, dutiesDone: true }, delaySeconds };
}
