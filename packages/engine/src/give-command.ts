import { type CommandMessage, type InstanceHead, type Ports, randomHex } from "@stephooks/core";
import { isApplied } from "./classify-message.ts";
import { writeTwice } from "./commit.ts";
import { spillHistory } from "./history-ring.ts";
import { planCommand } from "./plan-command.ts";
import { noChanges, type StateChanges } from "./state-changes.ts";

/**
 * Gives an insured command to a head that stands as the command needs. Its message goes first and contains
 * everything, so the command takes effect even if this process dies before the write. Answers the head after it, or
 * undefined when somebody else moved the head first; then the message finds that out and does nothing.
 *
 * @throws PortError; the command may have taken effect. StateError `state-too-large` when the state has grown since
 * `head` was read: a worker drops the message, unless the state has shrunk by then.
 */
export async function giveCommand(
  head: InstanceHead,
  command: CommandMessage["command"],
  ports: Ports,
  { changes = noChanges, step }: { readonly changes?: StateChanges; readonly step?: string } = {},
): Promise<InstanceHead | undefined> {
  const message: CommandMessage = {
    kind: "command",
    instance: head.id,
    startId: head.startId,
    command,
    ...(step === undefined ? {} : { step }),
    token: head.seq + 1,
    id: randomHex(ports.random, 8),
    set: changes.set,
    remove: changes.remove,
  };
  await ports.queue.send([{ message, delaySeconds: 0 }]);
  await spillHistory(head, ports);
  const transactionId = randomHex(ports.random, 8);
  // Each lost round means that the state was patched meanwhile.
  for (let on = head; ;) {
    const { condition, next, update } = planCommand({ head: on, now: ports.clock.now(), transactionId }, message);
    const written = await writeTwice(() => ports.instances.update(head.id, update, condition));
    if (written.ok) return next;
    const { current } = written;
    // A worker may have been faster with our own message.
    if (current && isApplied(message, current)) return current;
    if (current?.seq !== head.seq || current.status !== head.status) return undefined;
    on = current;
  }
}
