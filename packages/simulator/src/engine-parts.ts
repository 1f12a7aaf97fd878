import type { InstanceStore, WorkQueue } from "@stephooks/core";
import { type TransitionListener } from "@stephooks/engine";
import { createDeadLetterDrain, sweep } from "@stephooks/engine/background";
import { type ProtocolRules, protocolRules } from "@stephooks/engine/rules";

/** The parts of the engine that a deliberately wrong one replaces. */
export interface EngineParts {
  readonly rules: ProtocolRules;
  readonly drain: typeof createDeadLetterDrain;
  readonly sweep: typeof sweep;
  /** Stands between the engine and its table. */
  readonly store: (store: InstanceStore) => InstanceStore;
  readonly queue: (queue: WorkQueue) => WorkQueue;
  /** Stands between the engine and whoever listens to it. */
  readonly listener: (listener: TransitionListener) => TransitionListener;
}

export const engineParts: EngineParts = Object.freeze({
  rules: protocolRules,
  drain: createDeadLetterDrain,
  sweep,
  store: (store: InstanceStore) => store,
  queue: (queue: WorkQueue) => queue,
  listener: (listener: TransitionListener) => listener,
});
