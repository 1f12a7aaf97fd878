import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type Answer, appWorld, coded, field, refusalOf } from "../support/app-world.ts";

/** An approval by a link: anybody who has the token may answer, once, within two days. */
function approval() {
  const tokens: string[] = [];
  const app = createApp();
  const w = app.createWorkflow("w", "Asks by mail", {
    ask: async (state: { approved?: boolean }, goto, wait, context) => {
      if (state.approved !== undefined) return goto(null);
      tokens.push(context.createWaitToken("approve", { expiresIn: "2d" }));
      return wait();
    },
  });
  app.post("/questions", async (req, res) => {
    const { _id } = await w.getStateByToken(req.body.token);
    res.json({ _id });
  });
  const other = app.createWorkflow("other", "Has no part in it", { only: async (_state, goto) => goto(null) });
  app.post("/others", async (req, res) => res.json(await other.resumeByToken(req.body.token, { approved: true })));
  app.post("/answers", async (req, res) => {
    const { _id, approved } = await w.resumeByToken(req.body.token, { approved: req.body.approved });
    res.json({ _id, approved });
  });
  const world = appWorld(app.init());
  const answer = (token: unknown, approved = true): Promise<Answer> =>
    world.ask("POST", "/answers", { token, approved });
  const asked = async (id: string): Promise<string> => {
    await w.start({}, { id });
    await world.run();
    return tokens.at(-1) ?? "";
  };
  const look = (token: unknown): Promise<Answer> => world.ask("POST", "/questions", { token });
  return { answer, asked, look, w, world };
}

describe("a wait token", () => {
  test("answers its wait with the state given", async () => {
    const { answer, asked, w, world } = approval();
    const token = await asked("i");
    expect((await w.inspect("i")).status).toBe("waiting");
    expect(await answer(token)).toMatchObject({ status: 200, body: { _id: "i", approved: true } });
    await world.run();
    expect(await w.inspect("i")).toMatchObject({ status: "completed", state: { approved: true } });
  });

  test("answers once, however often the link is opened", async () => {
    const { answer, asked, w, world } = approval();
    const token = await asked("i");
    const answers = await Promise.all([answer(token, true), answer(token, false)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    await world.run();
    expect(refusalOf(await answer(token))).toBe("409 token-used");
    const accepted = answers.find(({ status }) => status === 200);
    expect((await w.inspect("i")).state["approved"]).toBe(accepted && field(accepted, "approved"));
  });

  test("shows what it answers as often as wanted, until it is used", async () => {
    const { answer, asked, look, w, world } = approval();
    const token = await asked("i");
    for (let time = 0; time < 2; time++) expect(await look(token)).toMatchObject({ status: 200, body: { _id: "i" } });
    expect((await w.inspect("i")).status).toBe("waiting");
    expect(refusalOf(await look(`${token}x`))).toBe("403 invalid-token");
    await answer(token);
    await world.run();
    expect(refusalOf(await look(token))).toBe("409 token-used");
  });

  test("is none for another workflow", async () => {
    const { asked, w, world } = approval();
    const token = await asked("i");
    expect(refusalOf(await world.ask("POST", "/others", { token }))).toBe("403 invalid-token");
    expect(await w.inspect("i")).toMatchObject({ status: "waiting", state: {} });
  });

  test("expires", async () => {
    const { answer, asked, w, world } = approval();
    const token = await asked("i");
    world.clock.advance(2 * 86_400_000 + 1);
    expect(refusalOf(await answer(token))).toBe("410 token-expired");
    expect((await w.inspect("i")).status).toBe("waiting");
  });

  test("is refused when it was changed, is of no instance, or is no token", async () => {
    const { answer, asked } = approval();
    const [body = "", signature = ""] = (await asked("i")).split(".");
    const [, ...claims]: unknown[] = JSON.parse(Buffer.from(body, "base64url").toString());
    const other = Buffer.from(JSON.stringify(["nobody", ...claims])).toString("base64url");
    for (const forged of [`${body}.${"A".repeat(signature.length)}`, `${other}.${signature}`, body, "", 5, undefined]) {
      expect(refusalOf(await answer(forged))).toBe("403 invalid-token");
    }
  });

  test("of one instance does not answer another's wait", async () => {
    const { answer, asked, w } = approval();
    const token = await asked("one");
    await asked("two");
    await answer(token);
    expect((await w.inspect("two")).status).toBe("waiting");
  });

  test("is not announced to the wrong step: the listener hears of the wait it answered", async () => {
    const { answer, asked, w } = approval();
    const heard: unknown[] = [];
    w.on("workflowContinued", (event: unknown) => void heard.push(event));
    await answer(await asked("i"));
    expect(heard).toMatchObject([{ name: "w", step: "ask", instanceId: "i" }]);
  });

  test("needs a life that is a duration", async () => {
    const app = createApp();
    const w = app.createWorkflow(
      "w",
      "Asks for too much",
      {
        ask: async (_state, _goto, wait, context) => wait({ token: context.createWaitToken("t", { expiresIn: -1 }) }),
      },
      { maxRetries: 0 },
    );
    const world = appWorld(app.init());
    await w.start({}, { id: "i" });
    await world.run();
    expect((await w.inspect("i")).error).toEqual(coded("invalid-token"));
  });
});

describe("a wait token that is used before its wait is stored", () => {
  /** An app whose mail is read, and answered twice, before the step that sends it has ended. */
  function hasty(asBranch: boolean) {
    const answers: Answer[] = [];
    const heard: string[] = [];
    const app = createApp();
    const w = app.createWorkflow("w", "Mails before it waits", {
      begin: async (_state: { approved?: boolean }, goto) => goto(asBranch ? ["ask", "other"] : "ask"),
      ask: async (state, goto, wait, context) => {
        if (state.approved !== undefined) return goto(null);
        const token = context.createWaitToken("approve");
        for (const approved of [true, false]) answers.push(await world.ask("POST", "/answers", { token, approved }));
        return wait();
      },
      other: async (_state, goto) => goto(null),
    });
    app.post("/answers", async (req, res) => {
      const { approved } = await w.resumeByToken(req.body.token, { approved: req.body.approved });
      res.json({ approved });
    });
    w.on("stepsStateUpdating", () => void heard.push("stepsStateUpdating"));
    w.on("workflowContinued", () => void heard.push("workflowContinued"));
    const world = appWorld(app.init());
    return { answers, heard, w, world };
  }

  test("answers it, once: the step runs again with the answer, and nothing was continued", async () => {
    const { answers, heard, w, world } = hasty(false);
    await w.start({}, { id: "i" });
    await world.run();
    expect(answers[0]).toMatchObject({ status: 200, body: { approved: true } });
    expect(answers.slice(1).map(refusalOf)).toEqual(["409 token-used"]);
    expect(await w.inspect("i")).toMatchObject({ status: "completed", state: { approved: true } });
    expect(heard).toEqual(["stepsStateUpdating"]);
  });

  test("is told to come again when it is a branch's", async () => {
    const { answers, w, world } = hasty(true);
    await w.start({}, { id: "i" });
    await world.run();
    expect(answers.map(refusalOf)).toEqual(["409 not-waiting-yet", "409 not-waiting-yet"]);
    expect(answers[0]?.result["headers"]).toMatchObject({ "retry-after": "1" });
  });
});
