import { describe, expect, test } from "vitest";
import { field, refusalOf } from "../support/app-world.ts";
import { served } from "./served.ts";

/** Fails for good as long as the state says so. */
function fragile() {
  const ran: string[] = [];
  const bench = served(
    {
      one: async (_state, goto) => {
        ran.push("one");
        await goto("two", { one: true });
      },
      two: async (state, goto, _wait, { attempt, idempotencyKey }) => {
        ran.push(`two ${attempt} ${idempotencyKey}`);
        if (state["broken"]) throw new Error("broken state");
        await goto(null, { two: true });
      },
    },
    { maxRetries: 0 },
  );
  return { ...bench, ran };
}

describe("retry", () => {
  test("with an edited state runs the failed step again, and no other", async () => {
    const { give, ran, settle, shown, start } = fragile();
    await start("i", { broken: true, kept: 1 });
    expect(await shown("i")).toMatchObject({ status: "failed", step: "two", error: { message: "broken state" } });
    expect((await give("i", "retry", { state: { broken: false } })).status).toBe(200);
    await settle();
    expect(await shown("i")).toMatchObject({
      status: "completed",
      state: { broken: false, kept: 1, one: true, two: true },
      lastError: { message: "broken state" },
    });
    expect(ran).toEqual(["one", "two 1 i/2", "two 1 i/3"]);
  });

  test("from another step runs that one next; one that is none is refused with those there are", async () => {
    const { give, ran, settle, shown, start } = fragile();
    await start("i", { broken: true });
    const refused = await give("i", "retry", { options: { from: "tow" } });
    expect(refusalOf(refused)).toBe("400 unknown-step");
    expect(JSON.stringify(refused.body)).toContain("Its steps are one, two.");
    expect((await give("i", "retry", { state: { broken: false }, options: { from: "one" } })).status).toBe(200);
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed", state: { broken: false, one: true, two: true } });
    expect(ran).toEqual(["one", "two 1 i/2", "one", "two 1 i/4"]);
  });

  test("without a state fails again where nothing has changed, and can be given again", async () => {
    const { give, ran, settle, shown, start } = fragile();
    await start("i", { broken: true });
    expect((await give("i", "retry")).status).toBe(200);
    await settle();
    expect(await shown("i")).toMatchObject({ status: "failed" });
    await give("i", "retry", { state: { broken: undefined } });
    expect(ran).toHaveLength(3);
  });

  test("removes a key whose value is undefined", async () => {
    const { settle, shown, start, w } = fragile();
    await start("i", { broken: true });
    await w.retry("i", { broken: undefined });
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed", state: { one: true, two: true } });
    expect(field({ status: 200, body: await shown("i"), result: {} }, "state")).not.toHaveProperty("broken");
  });

  test("given twice at once runs the step once", async () => {
    const { give, ran, settle, start } = fragile();
    await start("i", { broken: true });
    const answers = await Promise.all([
      give("i", "retry", { state: { broken: false } }),
      give("i", "retry", { state: { broken: false } }),
    ]);
    await settle();
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(ran).toHaveLength(3);
  });

  test("of an instance that has not failed is refused: 409 not-failed", async () => {
    const { give, start } = fragile();
    await start("i");
    expect(refusalOf(await give("i", "retry"))).toBe("409 not-failed");
  });

  test("lists the instance among the active ones again", async () => {
    const { give, start, w } = fragile();
    await start("i", { broken: true });
    await give("i", "retry", { state: { broken: false } });
    expect(await w.getInstances({ nextStep: { $ne: null } })).toMatchObject([{ _id: "i", nextStep: "two" }]);
  });
});

test("a paused instance shows so, begins no step, and goes on when it is resumed", async () => {
  const { give, ran, settle, shown, start } = fragile();
  await start("i", { broken: true });
  await give("i", "retry", { state: { broken: false } });
  expect((await give("i", "pause")).status).toBe(200);
  await settle();
  expect(await shown("i")).toMatchObject({ status: "paused", step: "two" });
  expect(ran).toHaveLength(2);
  expect((await give("i", "resume")).status).toBe(200);
  await settle();
  expect(await shown("i")).toMatchObject({ status: "completed" });
});

test("pause of an instance that has ended is refused: 409 already-ended", async () => {
  const { give, start } = fragile();
  await start("i");
  expect(refusalOf(await give("i", "pause"))).toBe("409 already-ended");
});

test("resume of an instance that is neither paused nor blocked is refused: 409 not-paused", async () => {
  const { give, start } = fragile();
  await start("i");
  expect(refusalOf(await give("i", "resume"))).toBe("409 not-paused");
});

describe("onError", () => {
  test("takes over when a step has failed for good, and knows why", async () => {
    const { shown, start } = served(
      {
        pay: async () => {
          throw new Error("card refused");
        },
        refund: async (_state, goto, _wait, { error }) => goto(null, { because: `${error?.step}: ${error?.message}` }),
      },
      { maxRetries: 0, onError: "refund" },
    );
    await start("i");
    expect(await shown("i")).toMatchObject({
      status: "completed",
      state: { because: "pay: card refused" },
      lastError: { message: "card refused" },
    });
  });

  test("that fails itself fails the instance", async () => {
    const { shown, start } = served(
      {
        pay: async () => {
          throw new Error("card refused");
        },
        refund: async () => {
          throw new Error("refund refused");
        },
      },
      { maxRetries: 0, onError: "refund" },
    );
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "failed", step: "refund", error: { message: "refund refused" } });
  });
});
