import { callValue } from "./call-value.ts";
import { decide } from "./conditions.ts";
import { evaluate } from "./expressions.ts";
import { type Creation, FuelError, type Machine } from "./machine.ts";
import type { SourceModule } from "./source-module.ts";
import { execute } from "./statements.ts";

/** Nodes that one step, or all modules together, may have evaluated. */
const FUEL = 150_000;

/** A machine that can be filled up again: each step has its own fuel. */
export interface Engine extends Machine {
  refuel(): void;
}

export function createMachine(moduleOf: (file: string) => SourceModule | undefined): Engine {
  const creations: Creation[] = [];
  let last = 0;
  let fuel = FUEL;
  return {
    evaluate,
    execute,
    call: callValue,
    decide,
    creations,
    reached: new Set(),
    module: moduleOf,
    next: () => {
      last += 1;
      return last;
    },
    burn: () => {
      fuel -= 1;
      if (fuel < 0) throw new FuelError("too much code to follow");
    },
    refuel: () => {
      fuel = FUEL;
    },
  };
}
