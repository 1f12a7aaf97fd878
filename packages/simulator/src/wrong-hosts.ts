import { DUE_SHARDS, hasEnded, parseWorkMessage } from "@stephooks/core";
import { createDeadLetterDrain } from "@stephooks/engine/background";
import type { EngineParts } from "./engine-parts.ts";

/** A drain that takes every current dead letter for a killer. */
export const drainThatFails: EngineParts["drain"] = (options) => ({
  drain: async (batch) => {
    const { instances, clock } = options.ports;
    const rest = [];
    for (const received of batch) {
      const parsed = parseWorkMessage(received.body);
      const message = parsed.ok && parsed.message.kind === "wake" ? parsed.message : undefined;
      const head = message && (await instances.read([message.instance])).get(message.instance);
      if (head?.status !== "runnable" || head.token !== message?.token) {
        rest.push(received);
        continue;
      }
      const place = { step: head.step, attempt: head.attempt, at: clock.now() };
      const error = { name: "EngineError", code: "dead-letter", message: "mutated", ...place };
      await instances.update(head.id, { set: { status: "failed", error } }, { seq: head.seq, statusIn: ["runnable"] });
    }
    return createDeadLetterDrain(options).drain(rest);
  },
});

/** A drain that deletes what nobody can read. */
export const drainThatForgets: EngineParts["drain"] = (options) => ({
  drain: async (batch) => {
    const stays = await createDeadLetterDrain(options).drain(batch);
    return stays.filter((id) => batch.some((received) => received.id === id && parseWorkMessage(received.body).ok));
  },
});

/** A sweeper that wakes whatever the index names for the next day. */
export const sweepThatResends: EngineParts["sweep"] = async (scheduledAt, ports) => {
  let sent = 0;
  for (let shard = 0; shard < DUE_SHARDS; shard++) {
    const entries = await ports.index.due(shard, 0, scheduledAt + 86_400_000);
    const heads = entries.length === 0 ? new Map() : await ports.instances.read(entries.map(({ id }) => id));
    for (const head of heads.values()) {
      if (hasEnded(head.status)) continue;
      const message = { kind: "wake", instance: head.id, token: head.token, dutiesDone: true } as const;
      await ports.queue.send([{ message, delaySeconds: 0 }]);
      sent += 1;
    }
  }
  return { read: sent, sent, backlogged: false };
};
