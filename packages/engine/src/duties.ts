import { hasEnded, type InstanceHead, MAX_DELAY_SECONDS, type OutgoingMessage } from "@stephooks/core";

/**
 * Everything that must be sent because of the newest commit. Derived from the head alone and idempotent, so any
 * holder of any message of the instance can do it again.
 */
export function dutiesOf(head: InstanceHead, now: number): readonly OutgoingMessage[] {
  if (head.status === "runnable") return [wake(head, now)];
  if (hasEnded(head.status) && head.parent) {
    const { id, seq, branch } = head.parent;
    const report = { kind: "report", instance: id, seq, branch, child: head.id, status: head.status } as const;
    return [{ message: report, delaySeconds: 0 }];
  }
  return [];
}

/** `dutiesDone` is true because the wake is the last duty of its commit. */
function wake(head: InstanceHead, now: number): OutgoingMessage {
  const delaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil((head.readyAt - now) / 1_000)));
  return { message: { kind: "wake", instance: head.id, token: head.token, dutiesDone: true }, delaySeconds };
}
