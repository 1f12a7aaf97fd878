import type { AppManifest } from "@stephooks/core";
import type { StepFunction } from "@stephooks/engine";
import type { Step, UntypedState } from "stephooks";
import type { StepWrapper } from "stephooks/host";
import { TestkitError } from "./testkit-error.ts";

/** One execution of a step's body. */
export interface StepRun {
  readonly workflow: string;
  readonly step: string;
  readonly instanceId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** True when a stub ran in its place. */
  readonly stubbed: boolean;
}

/** What stands in for a step: the same arguments, the same duty to call goto or wait. */
export type StepStub = Step<string, UntypedState>;

/** Which steps ran, and what runs in their place. */
export class StepLog {
  readonly runs: StepRun[] = [];
  readonly #stubs = new Map<string, StepFunction>();

  /** @throws TestkitError `unknown-step`, `invalid-stub`. */
  stub(workflow: string, step: string, stub: StepStub, { workflows }: AppManifest): void {
    const known = workflows.find(({ name }) => name === workflow)?.steps;
    if (!known?.includes(step)) {
      const names = workflows.flatMap(({ name, steps }) => steps.map((of) => `${name}.${of}`)).join(", ");
      throw new TestkitError("unknown-step", `No step ${workflow}.${step} to stub. The app has: ${names || "none"}.`);
    }
    if (!isStepFunction(stub)) {
      throw new TestkitError("invalid-stub", `The stub of ${workflow}.${step} must be a function (state, goto) => …`);
    }
    this.#stubs.set(keyOf(workflow, step), stub);
  }

  readonly wrap: StepWrapper = ({ step, workflow }, run) => {
    return (state, goto, wait, context) => {
      const stub = this.#stubs.get(keyOf(workflow, step));
      const { attempt, instanceId } = context;
      this.runs.push({ workflow, step, instanceId, attempt, stubbed: stub !== undefined });
      return (stub ?? run)(state, goto, wait, context);
    };
  };
}

function keyOf(workflow: string, step: string): string {
  return JSON.stringify([workflow, step]);
}

function isStepFunction(value: unknown): value is StepFunction {
  return typeof value === "function";
}
