import type { ErrorDetails, Logger } from "@stephooks/core";
import { afterEach, expect, test, vi } from "vitest";
import { MAX_REPORT_BYTES } from "../../src/progress/step-reports.ts";
import { coded } from "../support/app-world.ts";
import { progressWorld, read, word, words } from "./progress-world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

interface Minted {
  readonly world: ReturnType<typeof waiting>;
  readonly token: string;
}

function waiting(logger?: Logger) {
  const tokens: string[] = [];
  const world = progressWorld(
    {
      a: (state, goto, wait, { createWaitToken }) => {
        tokens.push(createWaitToken());
        return state["go"] === true ? goto(null) : wait();
      },
    },
    logger === undefined ? {} : { logger },
  );
  return { ...world, waitTokens: tokens };
}

async function minted(logger?: Logger): Promise<Minted> {
  const world = waiting(logger);
  await world.w.start({}, { id: "i" });
  await world.w.start({ go: true }, { id: "j" });
  await world.other.start({}, { id: "o" });
  await world.app.run();
  return { world, token: await world.w.createProgressToken("i") };
}

async function outcome({ world }: Minted, token: string, id = "i"): Promise<string> {
  const { status, text } = await world.ask(id, token);
  const [, code = "stream"] = /"code":"([^"]+)"/.exec(text) ?? [];
  return `${status} ${code}`;
}

test("what transitions change in the state is sent to nobody", async () => {
  const steps = {
    a: async (_state: object, goto: (next: null, state: object) => unknown) => goto(null, { pin: 4711 }),
  };
  const world = progressWorld(steps, { workflow: { history: "changes" } });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect((await world.w.getHistory("i")).entries[0]).toMatchObject({ changes: [{ key: "pin", after: "4711" }] });
  expect(JSON.stringify(await read(world, "i"))).not.toMatch(/pin|4711|changes/);
  expect((await world.ask("i", await world.w.createProgressToken("i"))).text).not.toMatch(/pin|4711|changes/);
});

test("a token opens the stream of its own instance, and nothing else does", async () => {
  const run = await minted();
  const { token, world } = run;
  expect(await outcome(run, token)).toBe("200 stream");
  const [body = "", signature = ""] = token.split(".");
  const claims = (...values: readonly unknown[]): string => Buffer.from(JSON.stringify(values)).toString("base64url");
  const forged = [
    "",
    "x",
    body,
    `${body}.`,
    `${body}.${signature.slice(0, -2)}`,
    `${body}.${"A".repeat(43)}`,
    `${claims("j", 9e15)}.${signature}`,
    `${claims("i", 9e15)}.${signature}`,
    `${claims()}.${signature}`,
    `${claims({ instance: "i" }, "9")}.${signature}`,
    `${Buffer.from('{"length":2}').toString("base64url")}.${signature}`,
    "a".repeat(5_000),
    `${token}&token=${token}`,
    world.waitTokens[0] ?? "",
  ];
  for (const wrong of forged) expect(await outcome(run, wrong), wrong).toBe("403 invalid-token");
  expect(await outcome(run, token, "j")).toBe("403 invalid-token");
  expect(await outcome(run, await world.w.createProgressToken("j"), "j")).toBe("200 stream");
});

test("a progress token answers no wait, and one of another workflow watches nothing here", async () => {
  const run = await minted();
  const { token, world } = run;
  await expect(world.w.resumeByToken(token)).rejects.toEqual(coded("invalid-token"));
  expect(await outcome(run, await world.other.createProgressToken("o"), "o")).toBe("403 invalid-token");
  await expect(world.w.createProgressToken("o")).rejects.toEqual(coded("unknown-instance"));
  await expect(world.w.createProgressToken(undefined)).rejects.toEqual(coded("unknown-instance"));
});

test("a token of another stage is none, though the instance has the same id and the same history", async () => {
  const production = await minted();
  const { world } = await minted();
  await world.w.start({}, { id: "k" });
  await production.world.w.start({}, { id: "k2" });
  const theirs = await world.w.createProgressToken("k");
  await production.world.w.start({}, { id: "k" });
  expect(await outcome(production, theirs, "k")).toBe("403 invalid-token");
});

test("a token ends: so does an open stream with it, and it lives for an hour unless told otherwise", async () => {
  const run = await minted();
  const { token, world } = run;
  world.app.clock.advance(3_599_000);
  expect(await outcome(run, token)).toBe("200 stream");
  world.app.clock.advance(1_000);
  expect(await outcome(run, token)).toBe("410 token-expired");
  const short = await world.w.createProgressToken("i", { expiresIn: "10s" });
  const browser = await world.watch("i", { token: short });
  await world.pass(9_500);
  expect(browser.hasEnded()).toBe(false);
  await world.pass(500);
  await browser.ended;
  expect((await world.watch("i", { token: short })).status).toBe(410);
  for (const expiresIn of [0, -1, NaN, "31d", "soon"] as const) {
    // @ts-expect-error -- "soon" is no duration
    await expect(world.w.createProgressToken("i", { expiresIn })).rejects.toEqual(coded("invalid-token"));
  }
});

test("security 51: no report, no state and no Last-Event-ID begins a field of its own", async () => {
  const breaks = ["\n", "\r", "\r\n", "\n\n", "\u2028", "\u0085", "\0"];
  const injected = breaks.map((end) => `a${end}data: {"forged":true}${end}${end}id: 999${end}event: x${end}${end}`);
  const world = progressWorld(
    {
      a: async (_state, goto, _wait, { emit }) => {
        for (const data of injected) await emit({ [data]: data });
        return goto(null);
      },
    },
    { progress: { show: () => injected } },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  for (const lastEventId of [undefined, "1 data: x", "٣.0", "", "0.0.fin"]) {
    const browser = await world.watch("i", lastEventId === undefined ? {} : { lastEventId });
    await browser.ended;
    const data = browser.data();
    expect(data.slice(0, -2)).toMatchObject(injected.map((text) => ({ type: "progress", data: { [text]: text } })));
    expect(data.slice(-2)).toMatchObject([{ type: "transition" }, { type: "status", data: injected }]);
    const odd = /^(?:id: \d+\.\d+(?:\.end)?|data: .*|retry: 500|: still here|)$/su;
    expect(
      browser
        .text()
        .split("\n")
        .filter((line) => !odd.test(line)),
    ).toEqual([]);
  }
});

test("a report that is too large, or no JSON, is told to the body, and is not stored", async () => {
  const thrown: unknown[] = [];
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const world = progressWorld({
    a: (_state, goto, _wait, { emit }) => {
      for (const data of ["x".repeat(MAX_REPORT_BYTES - 1), cyclic, 1n]) {
        try {
          void emit(data);
        } catch (error) {
          thrown.push(error);
        }
      }
      void emit("x".repeat(MAX_REPORT_BYTES - 2));
      void emit(undefined);
      return goto(null);
    },
  });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect(thrown).toEqual([coded("payload-too-large"), coded("invalid-document"), coded("invalid-document")]);
  expect(words(await read(world, "i")).slice(1)).toEqual(["0.2 a null", "1 end a", "= completed a"]);
});

test("whoever does not await loses what is more than a thousand reports behind; late ones go; both are logged", async () => {
  const lines: string[] = [];
  const late = Promise.withResolvers<(data: unknown) => Promise<void>>();
  const world = progressWorld(
    {
      a: (_state, goto, _wait, { emit }) => {
        for (let number = 0; number < 1_003; number += 1) void emit(number);
        late.resolve(emit);
        return goto(null);
      },
    },
    { logger: { log: (level, event, fields) => void lines.push(`${level} ${event}: ${String(fields?.["reason"])}`) } },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  await (
    await late.promise
  )("late");
  const reports = (await read(world, "i")).filter(({ type }) => type === "progress");
  expect(reports).toHaveLength(1_000);
  expect(lines).toEqual([
    ...Array.from({ length: 3 }, () => "warn report of progress dropped: too many wait to be stored: await emit"),
    "warn report of progress dropped: the body has settled or has run out of time",
  ]);
});

test("security 51: a reader of one instance sees nothing of another, whatever their ids look like", async () => {
  const ids = ["a", "a.1", "a:1", "a-0", "A", "a@0.1"];
  const world = progressWorld({
    only: async (state, goto, _wait, { emit }) => {
      await emit(state._id);
      return goto(null);
    },
  });
  for (const id of ids) await world.w.start({}, { id });
  await world.app.run();
  for (const id of ids) {
    const browser = await world.watch(id);
    await browser.ended;
    expect(browser.data().map(word)).toEqual([`0.1 only "${id}"`, "1 end only", "= completed only"]);
  }
});

test("no token is in any log line, whether it is let in or refused", async () => {
  const lines: string[] = [];
  const note = (...given: readonly unknown[]): void => void lines.push(JSON.stringify(given));
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(note);
  const run = await minted({ log: (level, event, fields?: ErrorDetails) => note(level, event, fields) });
  const { token, world } = run;
  const canary = "canary0123456789";
  expect(await outcome(run, token)).toBe("200 stream");
  expect(await outcome(run, `${token}${canary}`)).toBe("403 invalid-token");
  expect(await outcome(run, token, "j")).toBe("403 invalid-token");
  world.app.clock.advance(3_600_000);
  expect(await outcome(run, token)).toBe("410 token-expired");
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [canary, ...token.split(".")]) expect(lines.join("\n")).not.toContain(secret);
});
