import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Enumeration, violations } from "./enumeration.ts";
import type { FaultKind } from "./faults.ts";
import type { Scenario } from "./judge.ts";
import { cancelMidway, join, linear } from "./running-scenarios.ts";
import { answerMidway } from "./waiting-scenarios.ts";

/** A conditional write as the adapter asks for it. */
interface WriteInput {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

interface WrongAdapter {
  readonly mistake: string;
  readonly change: (input: WriteInput) => WriteInput;
  readonly scenario: Scenario;
  readonly kinds: readonly FaultKind[];
  readonly symptom: RegExp;
}

/** The request with a part of its condition replaced, and without the names and values that nothing uses any more. */
function replacing(part: RegExp, other: string): WrongAdapter["change"] {
  return (input) => {
    const condition = (input.ConditionExpression ?? "").replace(part, other);
    const used = `${input.UpdateExpression ?? ""} ${condition}`;
    const left = (placeholders: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(placeholders).filter(([name]) => new RegExp(`${name}(?!\\w)`).test(used)));
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values } = input;
    return {
      ...input,
      ConditionExpression: condition,
      ExpressionAttributeNames: left(names) as Record<string, string>,
      ...(values === undefined ? {} : { ExpressionAttributeValues: left(values) }),
    };
  };
}

/** Adapters with one mistake each in what they ask DynamoDB for. The enumeration must find every one of them. */
const wrongAdapters: readonly WrongAdapter[] = [
  {
    mistake: "an update is not conditioned on seq",
    change: replacing(/ AND #n=:n0/, ""),
    scenario: linear,
    kinds: ["early-expiry"],
    symptom: /I1: .* seq \d was committed 2 times/,
  },
  {
    mistake: "an update is not conditioned on the status",
    change: replacing(/#st IN \([^)]*\)/, "attribute_exists(#st)"),
    scenario: cancelMidway,
    kinds: [],
    symptom: /I7: \d commits after an acknowledged cancel/,
  },
  {
    mistake: "an update is not conditioned on the patch version",
    change: replacing(/ AND #pv=:pv0/, ""),
    scenario: answerMidway,
    kinds: [],
    symptom: /I3: still W at ask, lost wakeup/,
  },
  {
    mistake: "a branch's result is recorded whether or not there is one",
    change: replacing(/ AND attribute_exists\(#r\) AND attribute_not_exists\(#r\.#ob\)/, ""),
    scenario: join,
    kinds: ["early-expiry"],
    symptom: /I14: .* was recorded 2 times/,
  },
  {
    mistake: "a create overwrites what is there",
    change: replacing(/attribute_not_exists\(#pk\)/, "attribute_not_exists(#pk) OR attribute_exists(#pk)"),
    scenario: linear,
    kinds: ["early-expiry"],
    symptom: /I3: still R at a, lost wakeup/,
  },
  {
    mistake: "a refusal does not show what stood in the way",
    change: ({ ReturnValuesOnConditionCheckFailure: _shown, ...input }) => input,
    scenario: linear,
    kinds: ["winner-dies"],
    symptom: /I3: still R at .*, lost wakeup/,
  },
];

describe("the enumeration has teeth", () => {
  let enumeration: Enumeration;
  beforeAll(async () => {
    enumeration = await Enumeration.start();
  });
  afterAll(() => enumeration.stop());

  test.each(wrongAdapters)("it finds that $mistake", { timeout: 300_000 }, async (wrong) => {
    const { middlewareStack } = enumeration.clients.dynamodb;
    middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const isWrite = commandName === "UpdateItemCommand" || commandName === "PutItemCommand";
          const input = isWrite ? wrong.change(args.input as WriteInput) : args.input;
          return next({ ...args, input });
        },
      { step: "initialize", name: "mistake" },
    );
    onTestFinished(() => void middlewareStack.remove("mistake"));
    const found = violations(await enumeration.run([wrong.scenario], wrong.kinds));
    expect(found.filter((complaint) => wrong.symptom.test(complaint))).not.toEqual([]);
  });

  test("and complains of nothing about the adapter as it is", { timeout: 300_000 }, async () => {
    const scenarios = [linear, join, cancelMidway, answerMidway];
    expect(violations(await enumeration.run(scenarios, []))).toEqual([]);
  });
});
