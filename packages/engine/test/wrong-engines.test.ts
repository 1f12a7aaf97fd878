import type { HeadCondition } from "@stephooks/core";
import { hasEnded } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { initialHead } from "../src/initial-head.ts";
import { protocolRules } from "../src/protocol-rules.ts";
import { startInstance } from "../src/start-instance.ts";
import { enumerate, violations } from "./support/scenario.ts";
import { scenarios } from "./support/scenarios.ts";
import type { WorldOptions } from "./support/world.ts";

/** Engines with one obvious mistake each. The enumeration must find every one of them. */
const wrongEngines: readonly {
  readonly mistake: string;
  readonly options: WorldOptions;
  readonly symptoms: readonly RegExp[];
}[] = [
  {
    mistake: "the loser of a race deletes its message",
    symptoms: [/lost wakeup/],
    options: {
      rules: {
        ...protocolRules,
        decideLostRace: (race, context) => {
          const verdict = protocolRules.decideLostRace(race, context);
          return verdict.kind === "keep" ? { kind: "drop", reason: "someone else won" } : verdict;
        },
      },
    },
  },
  {
    mistake: "a message one behind is deleted at once",
    symptoms: [/lost wakeup/, /I4: nothing insures/],
    options: {
      rules: {
        ...protocolRules,
        classifyMessage: (message, head, context) => {
          const decision = protocolRules.classifyMessage(message, head, context);
          const stale = message.kind === "wake" && head && message.token < head.token;
          return stale ? { kind: "drop", reason: "stale" } : decision;
        },
      },
    },
  },
  {
    mistake: "start writes before it sends",
    symptoms: [/lost wakeup/, /I4: nothing insures/],
    options: {
      start: async (request, ports) => {
        const held: Parameters<typeof ports.queue.send>[0][number][] = [];
        const queue = { ...ports.queue, send: async (messages: typeof held) => void held.push(...messages) };
        const result = await startInstance(request, { ...ports, queue });
        await ports.queue.send(held);
        return result;
      },
    },
  },
  {
    mistake: "the commit has no condition on seq",
    symptoms: [/committed twice|state is|executions for/, /I2: .* was next/],
    options: {
      wrapStore: (store) => ({
        ...store,
        update: (id, update, { statusIn }: HeadCondition) => store.update(id, update, { statusIn }),
      }),
    },
  },
  {
    mistake: "a refused commit is not compared by transaction id",
    symptoms: [/a lost answer cost a redelivery/],
    options: {
      rules: {
        ...protocolRules,
        decideLostRace: (race, context) => {
          const current = race.current && { ...race.current, transactionId: "unknown" };
          return protocolRules.decideLostRace({ ...race, current }, context);
        },
      },
    },
  },
  {
    mistake: "an early wake runs at once",
    symptoms: [/I15: .* before its time/],
    options: {
      rules: {
        ...protocolRules,
        classifyMessage: (message, head, context) =>
          protocolRules.classifyMessage(message, head && { ...head, readyAt: 0 }, context),
      },
    },
  },
  {
    mistake: "a retry counts as a new visit",
    symptoms: [/I17: attempt /],
    options: {
      wrapStore: (store) => ({
        ...store,
        update: (id, { set, ...state }, condition) => {
          const visit = set.attempt !== undefined && set.attempt > 1 ? { visit: set.attempt } : {};
          return store.update(id, { ...state, set: { ...set, ...visit } }, condition);
        },
      }),
    },
  },
  {
    mistake: "the current message of an ended instance is dropped (A4)",
    symptoms: [/the parent was never told/],
    options: {
      rules: {
        ...protocolRules,
        classifyMessage: (message, head, context) =>
          head && hasEnded(head.status)
            ? { kind: "drop", reason: "ended" }
            : protocolRules.classifyMessage(message, head, context),
      },
    },
  },
];

describe("the enumeration has teeth", () => {
  test.each(wrongEngines.map((wrong) => [wrong.mistake, wrong] as const))("it finds: %s", async (_mistake, wrong) => {
    const found: string[] = [];
    for (const scenario of scenarios) found.push(...violations(await enumerate(scenario, wrong.options)));
    const unseen = wrong.symptoms.filter((symptom) => !found.some((complaint) => symptom.test(complaint)));
    expect(unseen).toEqual([]);
  });

  test("an additional outside call makes the count of crash points grow", async () => {
    const [scenario] = scenarios;
    if (!scenario) throw new TypeError("no scenario");
    const twiceRead: WorldOptions = {
      start: async (request, ports) => {
        await ports.instances.read([initialHead.name]);
        return startInstance(request, ports);
      },
    };
    const usual = await enumerate(scenario);
    const more = await enumerate(scenario, twiceRead);
    expect(more.length).toBeGreaterThan(usual.length);
  });
});
