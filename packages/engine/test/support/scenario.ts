import type { StepFunction } from "../../src/step-function.ts";
import type { WorkflowOptions } from "../../src/workflow-options.ts";
import type { Act } from "./acts.ts";
import type { World } from "./world.ts";

export type Steps = Readonly<Record<string, StepFunction>>;

/** A story told to a world, and what must be true of every instance afterwards whatever went wrong. */
export interface Scenario {
  readonly name: string;
  /** The workflow `story`. A function when its bodies need the world: its clock, above all. */
  readonly steps: Steps | ((world: World) => Steps);
  readonly options?: WorkflowOptions;
  /** What clients and operators do, in order; one start with an empty state unless given. Then the world settles. */
  readonly acts?: readonly Act[];
  /** How the instance may end. Without a fault it ends as the first of them says. */
  readonly ends: readonly Ending[];
  /** Endings of instances that have an id of their own. */
  readonly others?: Readonly<Record<string, readonly Ending[]>>;
  /** Bodies that begin without a fault; one for each effect unless given. */
  readonly bodies?: number;
  /** Instances or branches that share a batch: what one death can interrupt. 1 unless given. */
  readonly width?: number;
  /** I9: bodies, and sends, that one fault may cost for each instance of a batch. 2 unless given. */
  readonly perFault?: number;
  /** Messages are sent again each minute, for a step that no deployment has: the sends say nothing. */
  readonly repeats?: true;
  /** Attempts of one visit that the policy allows. 3 unless given. */
  readonly attempts?: number;
  /** Waits longer than 15 minutes are part of the story: only the sweeper ends them. */
  readonly needsSweeper?: true;
  /** Complaints about more than one instance. */
  readonly judge?: (world: World) => readonly string[];
}

/** One way in which an instance may end. */
export interface Ending {
  readonly status: "completed" | "failed" | "cancelled";
  /** The user's whole state. */
  readonly state: object;
  /**
   * Side effects by step: how many different idempotency keys an outside service has seen. A pair is the least and the
   * most. Steps that are not named have had none.
   */
  readonly effects: Readonly<Record<string, number | readonly [least: number, most: number]>>;
  /** Parts of the stored error. */
  readonly error?: {
    readonly name?: string;
    readonly code?: string;
    readonly step?: string;
    readonly attempt?: number;
  };
  /** Acts of which at least one must not have been acknowledged: with all of them heard, this ending is wrong. */
  readonly unless?: readonly string[];
}
