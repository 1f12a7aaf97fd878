import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { resumeByToken } from "../src/update-instance.ts";
import { start } from "./support/acts.ts";
import { World } from "./support/world.ts";

interface Minted {
  readonly world: World;
  readonly tokens: string[];
}

/** An instance that waits for a click on the link it has mailed. */
async function mailed(options?: { expiresIn?: `${number}d` }): Promise<Minted> {
  const world = new World();
  const tokens: string[] = [];
  const ask: StepFunction = (state, goto, wait, context) => {
    if ("answer" in state) return goto(null);
    tokens.push(context.createWaitToken("mail", options));
    return wait({ asked: true });
  };
  world.define("mail", { ask });
  await start({}, "mail-1", "mail")(world);
  await world.settle();
  return { world, tokens };
}

async function outcome(world: World, token: unknown, state: object = { answer: "yes" }): Promise<string> {
  let result = "nothing";
  await world.client(async (ports) => {
    result = await resumeByToken(token, state, ports).then(
      () => "resumed",
      (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "uncoded"),
    );
  });
  return result;
}

describe("a wait token", () => {
  test("answers its wait once; a second click is told so, also while the step runs", async () => {
    const { tokens, world } = await mailed();
    expect(await outcome(world, tokens[0])).toBe("resumed");
    expect(await outcome(world, tokens[0])).toBe("token-used");
    await world.settle();
    expect(world.store.heads()).toMatchObject([{ status: "completed" }]);
    expect(await outcome(world, tokens[0])).toBe("token-used");
  });

  test("two clicks at the same moment resume once", async () => {
    const { tokens, world } = await mailed();
    const outcomes = await Promise.all([outcome(world, tokens[0]), outcome(world, tokens[0], { answer: "no" })]);
    expect(outcomes.toSorted()).toEqual(["resumed", "token-used"]);
  });

  test("expires", async () => {
    const { tokens, world } = await mailed({ expiresIn: "2d" });
    world.clock.advance(2 * 86_400_000 + 1_000);
    expect(await outcome(world, tokens[0])).toBe("token-expired");
  });

  test("is the same when the body runs again, and another for another instance", async () => {
    const { tokens, world } = await mailed();
    const again = await mailed();
    expect(again.tokens[0]).toBe(tokens[0]);
    await start({}, "mail-2", "mail")(world);
    await world.settle();
    expect(tokens[1]).not.toBe(tokens[0]);
  });

  test.each([
    ["nothing", () => undefined],
    ["garbage", () => "garbage"],
    ["an empty signature", (token: string) => `${token.split(".")[0]}.`],
    ["a flipped character in the claims", (token: string) => (token.startsWith("A") ? "B" : "A") + token.slice(1)],
    [
      "a flipped character in the signature",
      (token: string) => token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + token.slice(-1),
    ],
    ["an instance nobody has", () => `${Buffer.from('["nobody",1,"mail",9e15]').toString("base64url")}.AAAA`],
    ["10 MB", () => "x".repeat(10_000_000)],
  ])("is refused when it is %s", async (_name, forge) => {
    const { tokens, world } = await mailed();
    expect(await outcome(world, forge(tokens[0] ?? ""))).toBe("invalid-token");
  });
});

describe("a token that is faster than the commit of its wait", () => {
  /** `early` is clicked from within the body that mints the token, so before its wait is stored. */
  async function hurried(early: readonly object[], isGood: (answer: unknown) => boolean = () => true) {
    const world = new World();
    const tokens: string[] = [];
    const seen: unknown[] = [];
    const told: string[] = [];
    const ask: StepFunction = async (state, goto, wait, context) => {
      const answer = Object(state).answer;
      seen.push([context.idempotencyKey, answer]);
      if (answer !== undefined && isGood(answer)) return goto(null);
      const token = context.createWaitToken("mail");
      const isFirst = tokens.length === 0;
      tokens.push(token);
      if (isFirst) for (const given of early) told.push(await outcome(world, token, given));
      return wait({ asked: true });
    };
    world.define("mail", { ask });
    await start({}, "mail-1", "mail")(world);
    await world.settle();
    return { seen, told, tokens, world };
  }

  test("is kept: the step sees the answer and does not wait", async () => {
    const { seen, told, world } = await hurried([{ answer: "yes" }]);
    expect(told).toEqual(["resumed"]);
    expect(world.store.heads()).toMatchObject([{ status: "completed", state: new Map([["answer", '"yes"']]) }]);
    expect(seen).toEqual([
      ["mail-1/1", undefined],
      ["mail-1/1", "yes"],
    ]);
  });

  test("is used up by it: a second answer is refused, before and after the commit", async () => {
    const { told, tokens, world } = await hurried([{ answer: "yes" }, { answer: "no" }]);
    expect(told).toEqual(["resumed", "token-used"]);
    expect(await outcome(world, tokens[0])).toBe("token-used");
    expect(world.store.heads()[0]?.state.get("answer")).toBe('"yes"');
  });

  test("whose answer is not enough has the step ask again, with a new token and a new key", async () => {
    const { seen, tokens, world } = await hurried([{ answer: "no" }], (answer) => answer === "yes");
    expect(world.store.heads()).toMatchObject([{ status: "waiting", visit: 2 }]);
    expect(tokens.at(-1)).not.toBe(tokens[0]);
    expect(await outcome(world, tokens[0])).toBe("token-used");
    expect(await outcome(world, tokens.at(-1))).toBe("resumed");
    await world.settle();
    expect(world.store.heads()).toMatchObject([{ status: "completed" }]);
    expect(seen).toEqual([
      ["mail-1/1", undefined],
      ["mail-1/1", "no"],
      ["mail-1/2", "no"],
      ["mail-1/3", "yes"],
    ]);
  });

  test("is used up also when the attempt fails after it: the next one finds the answer", async () => {
    const world = new World();
    const told: string[] = [];
    const ask: StepFunction = async (state, goto, wait, context) => {
      if ("answer" in state) return goto(null);
      told.push(await outcome(world, context.createWaitToken("mail")));
      throw new Error("after the mail");
    };
    world.define("mail", { ask });
    await start({}, "mail-1", "mail")(world);
    await world.settle(60_000);
    expect(told).toEqual(["resumed"]);
    expect(world.store.heads()).toMatchObject([{ status: "completed" }]);
  });

  test("is told so when it is a branch's, whether or not the branch has a record", async () => {
    const world = new World();
    const told: string[] = [];
    const ask: StepFunction = async (state, goto, wait, context) => {
      if ("answer" in state) return goto("end");
      const token = context.createWaitToken("mail");
      told.push(await outcome(world, token), await outcome(world, `${token}x`));
      if (context.attempt === 1) throw new Error("again");
      return wait({});
    };
    const end: StepFunction = (_state, goto) => goto(null);
    world.define("mail", { begin: (_state, goto) => goto(["ask", "end"]), ask, end });
    await start({}, "mail-1", "mail")(world);
    await world.settle(60_000);
    expect(told).toEqual(["not-waiting-yet", "invalid-token", "not-waiting-yet", "invalid-token"]);
  });
});
