import { channel } from "node:diagnostics_channel";
import type { InstanceHead } from "@stephooks/core";
import type { StepFunction, TransitionEvent } from "@stephooks/engine";

/**
 * Name of the Node diagnostics channel on which each {@link RegisteredWorkflow} is published by the call that registers
 * it. As with every channel, this costs nothing without a subscriber and reaches every copy of this package in a process.
 */
const workflowChannel = channel("stephooks:workflow");

/** Name of the channel on which each {@link SeenTransition} of a workflow is published that was registered with a subscriber. */
const transitionChannel = channel("stephooks:transition");

/** A workflow of one app; the same object in everything that is published about it. */
export interface RegisteredWorkflow {
  readonly name: string;
  readonly steps: readonly string[];
}

/**
 * What the body of a step has asked for, whether it could be committed or not, or where the engine itself took the
 * instance. A fan-out is one for each branch.
 */
export interface SeenTransition {
  readonly workflow: RegisteredWorkflow;
  readonly from: string;
  readonly kind: "goto" | "parallel" | "end" | "wait" | "timeout" | "error";
  /** A step; absent for `end` and `wait`. */
  readonly to?: string;
}

/** Publishes what is seen of one workflow. */
export class WorkflowTrace {
  readonly #workflow: RegisteredWorkflow;

  private constructor(workflow: RegisteredWorkflow) {
    this.#workflow = workflow;
  }

  /** Undefined when nobody listens. */
  static of(name: string, steps: Readonly<Record<string, unknown>>): WorkflowTrace | undefined {
    if (!workflowChannel.hasSubscribers && !transitionChannel.hasSubscribers) return undefined;
    return new WorkflowTrace({ name, steps: Object.keys(steps ?? {}) });
  }

  /** Tells of the workflow; called by what registers it, so that a subscriber's stack shows where. */
  announce(): void {
    workflowChannel.publish(this.#workflow);
  }

  /** The same body; what it asks for is told. */
  around(step: string, run: StepFunction): StepFunction {
    return (state, goto, wait, context) =>
      run(
        state,
        (next, ...rest) => {
          const answer = goto(next, ...rest);
          this.#asked(step, next);
          return answer;
        },
        (...given) => {
          const answer = wait(...given);
          this.#see({ from: step, kind: "wait" });
          return answer;
        },
        context,
      );
  }

  /** Tells of moves that no body asked for at that moment: the end of a wait's time, and a failure for good. */
  committed({ after, before }: TransitionEvent, onError: string | undefined): void {
    const { step: from } = before;
    const { step: to } = after;
    if (isTimeOut(before, after)) this.#see({ from, kind: "timeout", to });
    else if (after.error !== before.error && to === onError && after.visit !== before.visit)
      this.#see({ from, kind: "error", to });
  }

  #asked(from: string, next: unknown): void {
    if (Array.isArray(next)) for (const to of next) this.#see({ from, kind: "parallel", to: String(to) });
    else if (next === null) this.#see({ from, kind: "end" });
    else if (typeof next === "string") this.#see({ from, kind: "goto", to: next });
  }

  #see(transition: Omit<SeenTransition, "workflow">): void {
    transitionChannel.publish({ workflow: this.#workflow, ...transition } satisfies SeenTransition);
  }
}

function isTimeOut(before: InstanceHead, after: InstanceHead): boolean {
  return before.status === "waiting" && before.timeoutStep === after.step && after.visit !== before.visit;
}
