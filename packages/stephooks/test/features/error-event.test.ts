import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import { listening } from "./listening.ts";

const place = { workflowName: "w", instanceId: "i" };

const ask: Steps<"ask", UntypedState> = { ask: async (_state, _goto, wait) => wait() };

function never(): never {
  throw new Error("not to be looked at");
}

describe("error", () => {
  const failing: Steps<"bad", UntypedState> = { bad: async () => Promise.reject(new RangeError("no")) };

  test("is told of every attempt that failed: the error itself, with its place", async () => {
    const { advance, heard, start } = listening("error", failing);
    await start("i");
    await advance("1m");
    expect(heard).toHaveLength(3);
    expect(heard[0]).toBeInstanceOf(RangeError);
    expect(heard[0]).toMatchObject({ ...place, message: "no", stepName: "bad", error: { name: "RangeError" } });
  });

  const hostile = new Proxy({}, { getPrototypeOf: () => never(), get: () => never() });

  test.each([
    ["a text", "a text", "a text"],
    ["nothing", undefined, expect.any(String)],
    ["what cannot be looked at", hostile, expect.any(String)],
  ])("is an error although %s was thrown", async (_name, thrown, message) => {
    const bad = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- that is what is tested
      throw thrown;
    };
    const { heard, shown, start } = listening("error", { bad }, { maxRetries: 0 });
    await start("i");
    expect(heard[0]).toBeInstanceOf(Error);
    expect(heard).toMatchObject([{ ...place, stepName: "bad", message }]);
    expect(await shown("i")).toMatchObject({ status: "failed" });
  });

  test("is told of the failures of a branch, tried again or for good", async () => {
    const { advance, heard, start } = listening(
      "error",
      { begin: async (_state, goto) => goto(["bad", "good"]), ...failing, good: async (_state, goto) => goto(null) },
      { maxRetries: 1 },
    );
    await start("i");
    await advance("1m");
    expect(heard.slice(0, 2)).toMatchObject([
      { ...place, message: "no", stepName: "bad" },
      { ...place, message: "no", stepName: "bad" },
    ]);
    // The join then fails the instance, for the same reason.
    expect(heard).toHaveLength(3);
  });

  test("is told of a failure that no body threw", async () => {
    const { advance, heard, start } = listening("error", ask, { instanceTimeout: "1h" });
    await start("i");
    await advance("2h");
    expect(heard).toMatchObject([{ ...place, stepName: "ask", code: "instance-timeout" }]);
  });
});
