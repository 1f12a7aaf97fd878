import type { UnpauseMessage } from "@stephooks/core";
import { inspectInstance } from "../../src/inspect-instance.ts";
import { pauseInstance } from "../../src/pause-instance.ts";
import { resumeInstance } from "../../src/recover-instance.ts";
import type { StepFunction } from "../../src/step-function.ts";
import { defineWorkflow } from "../../src/workflow-definition.ts";
import type { WorkflowOptions } from "../../src/workflow-options.ts";
import { bench, type Bench, type BenchOptions } from "./bench.ts";

export interface Paused {
  readonly world: Bench;
  /** Idempotency keys of the bodies begun, in order. */
  readonly runs: string[];
}

/** A workflow of the steps `one` and `two`; what `one` does can be given. */
export function twoSteps(one?: StepFunction, options: WorkflowOptions = {}, benchOptions: BenchOptions = {}): Paused {
  const runs: string[] = [];
  const noted =
    (body: StepFunction): StepFunction =>
    (state, goto, wait, context) => {
      runs.push(context.idempotencyKey);
      return body(state, goto, wait, context);
    };
  const steps = {
    one: noted(one ?? ((_state, goto) => goto("two"))),
    two: noted((_state, goto) => goto(null)),
  };
  return { world: bench(defineWorkflow("orders", "", steps, options), benchOptions), runs };
}

export function pause({ ports }: Bench) {
  return pauseInstance("order-1", ports);
}

export function resume({ ports }: Bench) {
  return resumeInstance("order-1", ports);
}

export function statusOf(world: Bench): string {
  return inspectInstance(world.head("order-1"), new Map(), world.clock.now()).status;
}

/** What ends the pause that is in force now. */
export function unpauseOf(world: Bench): UnpauseMessage {
  return { kind: "unpause", instance: "order-1", pauseId: world.head("order-1").pauseId ?? "" };
}
