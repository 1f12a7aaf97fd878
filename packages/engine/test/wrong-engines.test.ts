import type { HeadCondition, HeadStatus, HeadUpdate, InstanceStore } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { initialHead } from "../src/initial-head.ts";
import { type ProtocolRules, protocolRules } from "../src/protocol-rules.ts";
import { startInstance } from "../src/start-instance.ts";
import { scenarioGroups } from "./scenarios/all-scenarios.ts";
import { twoSteps } from "./scenarios/linear-scenarios.ts";
import { enumerate } from "./support/enumerate.ts";
import type { WorldOptions } from "./support/world.ts";

interface WrongEngine {
  readonly mistake: string;
  /** Scenarios in which it must show. */
  readonly shows: keyof typeof scenarioGroups;
  readonly options: WorldOptions;
  /** What the enumeration says of it. */
  readonly symptoms: readonly RegExp[];
}

const statuses: readonly HeadStatus[] = [
  "runnable",
  "waiting",
  "timer",
  "joining",
  "blocked",
  "completed",
  "failed",
  "cancelled",
];

const drop = { kind: "drop", reason: "a wrong engine's" } as const;

type Classify = ProtocolRules["classifyMessage"];
type DecideLostRace = ProtocolRules["decideLostRace"];

function classifying(wrong: (decision: ReturnType<Classify>, ...given: Parameters<Classify>) => ReturnType<Classify>) {
  const classifyMessage: Classify = (...given) => wrong(protocolRules.classifyMessage(...given), ...given);
  return { rules: { ...protocolRules, classifyMessage } };
}

function losing(
  wrong: (verdict: ReturnType<DecideLostRace>, ...given: Parameters<DecideLostRace>) => ReturnType<DecideLostRace>,
) {
  const decideLostRace: DecideLostRace = (...given) => wrong(protocolRules.decideLostRace(...given), ...given);
  return { rules: { ...protocolRules, decideLostRace } };
}

function writing(wrong: (update: HeadUpdate, condition: HeadCondition) => readonly [HeadUpdate, HeadCondition]) {
  const wrapStore = (store: InstanceStore): InstanceStore => ({
    ...store,
    update: (id, update, condition) => store.update(id, ...wrong(update, condition)),
  });
  return { wrapStore };
}

/** Engines with one mistake in the protocol. */
const wrongProtocols: readonly WrongEngine[] = [
  {
    mistake: "the loser of a race deletes its message",
    shows: "linear",
    symptoms: [/lost wakeup/],
    options: losing((verdict) => (verdict.kind === "keep" ? drop : verdict)),
  },
  {
    mistake: "a message one behind is deleted at once",
    shows: "linear",
    symptoms: [/lost wakeup/, /I4: nothing insures/],
    options: classifying((decision, message, head) => {
      const stale = message.kind === "wake" && head && message.token < head.token;
      return stale ? drop : decision;
    }),
  },
  {
    mistake: "a message one behind repairs at first sight",
    shows: "loops",
    symptoms: [/I9: .* sends/],
    options: classifying((decision, message, head) =>
      decision.kind === "keep" && head && message.kind === "wake" && message.token === head.previousToken
        ? { kind: "repair", head, reason: "at once" }
        : decision,
    ),
  },
  {
    mistake: "start writes before it sends",
    shows: "linear",
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
    mistake: "a refused commit is not compared by transaction id",
    shows: "linear",
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
    shows: "retries",
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
    mistake: "an early wake is deleted (A9)",
    shows: "timers",
    symptoms: [/I4: nothing insures/, /lost wakeup/],
    options: classifying((decision) =>
      (decision.kind === "keep" || decision.kind === "replace") && decision.reason === "it is too early"
        ? drop
        : decision,
    ),
  },
  {
    mistake: "a wait ends with the first message that finds it",
    shows: "waits",
    symptoms: [/I16: the wait of /],
    options: {
      rules: {
        ...protocolRules,
        classifyMessage: (message, head, context) =>
          protocolRules.classifyMessage(message, head?.dueAt === undefined ? head : { ...head, dueAt: 0 }, context),
      },
    },
  },
  {
    mistake: "the message of a paused instance is dropped, and nobody notes it (A15)",
    shows: "pauses",
    symptoms: [/lost wakeup/, /I4: nothing insures/],
    options: classifying((decision) => (decision.kind === "hold" ? drop : decision)),
  },
  {
    mistake: "a paused instance goes on (A15)",
    shows: "pauses",
    symptoms: [/A15: .* while it was paused/],
    options: classifying((decision, message, head, ...rest) => {
      if (decision.kind !== "hold" || head === undefined) return decision;
      const { pauseId: _pause, ...running } = head;
      return protocolRules.classifyMessage(message, running, ...rest);
    }),
  },
  {
    mistake: "a step that no deployment has is dropped (A14)",
    shows: "recovery",
    symptoms: [/lost wakeup/, /I4: nothing insures/],
    options: classifying((decision) =>
      decision.kind === "replace" && decision.reason.startsWith("this deployment has no step") ? drop : decision,
    ),
  },
];

/** Engines with one mistake in what they write. */
const wrongWrites: readonly WrongEngine[] = [
  {
    mistake: "the commit has no condition on seq",
    shows: "linear",
    symptoms: [/committed twice|state is|executions for/, /I2: .* was next/],
    options: writing((update, { seq: _seq, ...condition }) => [update, condition]),
  },
  {
    mistake: "the commit has no condition on status",
    shows: "cancels",
    symptoms: [/I7: .* was cancelled and is written once more/],
    options: writing((update, condition) => [
      update,
      update.set.seq === undefined ? condition : { ...condition, statusIn: statuses },
    ]),
  },
  {
    mistake: "a wait has no condition on patches (R8)",
    shows: "waits",
    symptoms: [/I3: .* is still waiting/],
    options: writing((update, { patchVersion, ...condition }) => [
      update,
      update.set.status === "waiting" || patchVersion === undefined ? condition : { ...condition, patchVersion },
    ]),
  },
  {
    mistake: "the whole map is replaced whatever was patched",
    shows: "state",
    symptoms: [/story: state is/],
    options: writing((update, { patchVersion, ...condition }) => [
      update,
      update.state?.kind === "whole" || patchVersion === undefined ? condition : { ...condition, patchVersion },
    ]),
  },
  {
    mistake: "a branch is recorded again",
    shows: "branch failures",
    symptoms: [/I14: branch \d of story was recorded twice/],
    options: writing((update, { openBranch: _open, ...condition }) => [update, condition]),
  },
  {
    mistake: "a retry counts as a new visit",
    shows: "retries",
    symptoms: [/I17: attempt /],
    options: writing((update, condition) => {
      const { attempt } = update.set;
      const visit = attempt !== undefined && attempt > 1 ? { visit: attempt } : {};
      return [{ ...update, set: { ...update.set, ...visit } }, condition];
    }),
  },
  {
    mistake: "a turn of a loop is no new visit",
    shows: "loops",
    symptoms: [/again had 1 effects/],
    options: writing((update, condition) => {
      const { visit: _visit, ...set } = update.set;
      return [{ ...update, set }, condition];
    }),
  },
];

describe("the enumeration has teeth", () => {
  test.each([...wrongProtocols, ...wrongWrites].map((wrong) => [wrong.mistake, wrong] as const))(
    "it finds: %s",
    async (_mistake, { options, shows, symptoms }) => {
      const found: string[] = [];
      const unseen = () => symptoms.filter((symptom) => !found.some((complaint) => symptom.test(complaint)));
      for (const scenario of scenarioGroups[shows]) {
        if (unseen().length === 0) break;
        found.push(...(await enumerate(scenario, { ...options, sweeper: "off" })).violations);
      }
      expect(unseen()).toEqual([]);
    },
    120_000,
  );

  test("an additional outside call makes the number of runs grow", async () => {
    const twiceRead: WorldOptions = {
      start: async (request, ports) => {
        await ports.instances.read([initialHead.name]);
        return startInstance(request, ports);
      },
    };
    const usual = await enumerate(twoSteps);
    const more = await enumerate(twoSteps, twiceRead);
    expect(more.runs).toBeGreaterThan(usual.runs);
  });
});
