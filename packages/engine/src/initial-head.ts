import type { CreateMessage, InstanceHead } from "@stephooks/core";
import { watchTime } from "./watch-time.ts";

/**
 * The head a create message stands for. The caller's put and a worker that finds no item build it from the same
 * message, so they cannot differ.
 */
export function initialHead(message: CreateMessage): InstanceHead {
  return {
    id: message.instance,
    workflow: message.workflow,
    startId: message.startId,
    createdAt: message.createdAt,
    seq: 0,
    token: 0,
    previousToken: -1,
    status: "runnable",
    step: message.step,
    visit: 1,
    attempt: 1,
    readyAt: message.createdAt,
    // The start id stands in: no commit has happened yet, and no commit will choose it.
    transactionId: message.startId,
    updatedAt: message.createdAt,
    state: message.state,
    patchVersion: 0,
    stepCounts: { [message.step]: { visits: 1, startTime: message.createdAt } },
    history: [],
    indexedAt: watchTime(message.createdAt, message.deadline),
    ...(message.deadline === undefined ? {} : { deadline: message.deadline }),
    ...(message.fullHistory ? { fullHistory: true } : {}),
    ...(message.keepsChanges ? { keepsChanges: true } : {}),
    ...(message.redact === undefined ? {} : { redact: message.redact }),
    ...(message.retention === undefined ? {} : { retention: message.retention }),
  };
}
