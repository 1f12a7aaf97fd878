import type { PortOperation } from "@stephooks/contracts";
import { describe, expect, test } from "vitest";
import { allScenarios, pairScenarios } from "../scenarios/all-scenarios.ts";
import { sweeperModes } from "../support/enumerate.ts";
import { type FaultKind, faultKinds } from "../support/faults.ts";
import { judgeRun } from "../support/judge-run.ts";
import type { Scenario } from "../support/scenario.ts";
import type { SweeperMode } from "../support/world.ts";

/** Every outside call of workers, sweeper and commands: documents and pages of history are for readers. */
const operations: Readonly<Record<Exclude<PortOperation, `${string}-${string}`>, true>> = {
  read: true,
  create: true,
  update: true,
  send: true,
  postpone: true,
  backlog: true,
  due: true,
  list: true,
  append: true,
  remove: true,
};

interface Place {
  readonly scenario: Scenario;
  readonly sweeper: SweeperMode;
  readonly call: number;
}

/** Where each operation is called in the runs without faults. */
const places = (async () => {
  const found = new Map<PortOperation, Place[]>();
  for (const scenario of allScenarios) {
    for (const sweeper of sweeperModes(scenario)) {
      const { world } = await judgeRun(scenario, { sweeper });
      for (const [index, operation] of world.calls.entries()) {
        found.set(operation, [...(found.get(operation) ?? []), { scenario, sweeper, call: index + 1 }]);
      }
    }
  }
  return found;
})();

/** Whether some run has this fault at this operation and the fault does what it is named for. */
async function isFelt(operation: PortOperation, kind: FaultKind): Promise<boolean> {
  for (const { call, scenario, sweeper } of (await places).get(operation) ?? []) {
    const { world } = await judgeRun(scenario, { sweeper }, [{ call, kind }]);
    if (world.fired.some(({ bit }) => bit)) return true;
  }
  return false;
}

describe("the scenarios", () => {
  test("are at least 60, each with a name of its own", () => {
    expect(allScenarios.length).toBeGreaterThanOrEqual(60);
    expect(new Set(allScenarios.map(({ name }) => name)).size).toBe(allScenarios.length);
    for (const scenario of Object.values(pairScenarios)) expect(allScenarios).toContain(scenario);
  });

  test("that are run with the sweeper only cannot do without it", async () => {
    const longWaits = allScenarios.filter(({ needsSweeper }) => needsSweeper);
    expect(longWaits).not.toEqual([]);
    for (const scenario of longWaits) {
      const { complaints } = await judgeRun(scenario, { sweeper: "off" });
      expect([scenario.name, complaints.filter((complaint) => complaint.startsWith("I3"))]).not.toEqual([
        scenario.name,
        [],
      ]);
    }
  });
});

describe("every fault is felt at every operation", () => {
  test.each(Object.keys(operations))(
    "%s",
    async (operation) => {
      const missing: string[] = [];
      for (const kind of faultKinds) {
        if (!(await isFelt(operation as PortOperation, kind))) missing.push(kind);
      }
      expect(missing).toEqual([]);
    },
    120_000,
  );
});
