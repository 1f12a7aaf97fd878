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
