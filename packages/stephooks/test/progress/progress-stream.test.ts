import { expect, test } from "vitest";
import { coded } from "../support/app-world.ts";
import { HEARTBEAT } from "../../src/realtime/serve-events.ts";
import { readEvents } from "../realtime/realtime-world.ts";
import { progressWorld, read, word, words } from "./progress-world.ts";

test("a browser sees every transition and every report, in order, and where the instance stands", async () => {
  const world = progressWorld({
    pack: async (state, goto, wait, { emit }) => {
      if (state["packed"] === true) return goto("send");
      await emit({ percent: 50 });
      await emit({ percent: 100 });
      return wait();
    },
    send: (_state, goto, _wait, { emit }) => {
      // Nobody awaits it: it is stored before the transition all the same.
      void emit("on its way");
      return goto(null);
    },
  });
  await world.w.start({}, { id: "i" });
  const browser = await world.watch("i");
  await world.pass(500);
  expect(words(browser.data())).toEqual(["= running pack"]);
  await world.app.run();
  await world.pass(500);
  await world.w.updateState("i", { packed: true });
  await world.app.run();
  await world.pass(1_000);
  await browser.ended;
  expect(words(browser.data())).toEqual([
    "= running pack",
    '0.1 pack {"percent":50}',
    '0.2 pack {"percent":100}',
    "1 wait pack",
    "= waiting pack",
    "2 continue pack",
    "3 goto pack",
    '3.1 send "on its way"',
    "4 end send",
    "= completed send",
  ]);
  expect(browser.data().at(-1)).toMatchObject({ type: "status", ended: true });
  expect(browser.events().map(({ id }) => id)).toEqual(browser.data().map((event) => Reflect.get(Object(event), "id")));
  expect(world.app.timers()).toBe(0);
});

test("a browser that comes again after the end is told to stop with 204; after a retry it goes on", async () => {
  let isDown = true;
  const world = progressWorld(
    {
      a: (_state, goto) => {
        if (isDown) throw Object.assign(new Error("secret of the bank"), { code: "EBANK", details: {} });
        return goto(null);
      },
    },
    { workflow: { retry: { maximumAttempts: 1 } } },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const first = await world.watch("i");
  await first.ended;
  expect(words(first.data())).toEqual(["1 fail a", "= failed a"]);
  expect(first.data().at(-1)).toMatchObject({ error: { step: "a", code: "EBANK" } });
  expect(first.text()).not.toContain("secret");
  expect(first.lastEventId()).toBe("1.0.end");
  expect((await world.watch("i", { lastEventId: "1.0.end" })).status).toBe(204);
  isDown = false;
  await world.w.retry("i");
  await world.app.run();
  const again = await world.watch("i", { lastEventId: "1.0.end" });
  await again.ended;
  expect(words(again.data())).toEqual(["2 restart a", "3 end a", "= completed a"]);
});

test("a cancel ends the stream; so does the removal of the instance", async () => {
  const world = progressWorld({ a: (_state, _goto, wait) => wait() }, { workflow: { retention: "15d" } });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const browser = await world.watch("i");
  await world.pass(500);
  const events = world.w.subscribe("i");
  expect(word((await events.next()).value)).toBe("1 wait a");
  expect(word((await events.next()).value)).toBe("= waiting a");
  await world.w.cancelWorkflow("i");
  await world.pass(500);
  await browser.ended;
  expect(words(browser.data())).toEqual(["1 wait a", "= waiting a", "= cancelled a"]);
  world.app.clock.advance(16 * 86_400_000);
  await world.w.start({}, { id: "i" });
  expect(words(await read(world, "i", "1.0.end"))).toEqual(["= running a"]);
  // Another instance of the same id is not what was subscribed to.
  const next = events.next();
  await world.pass(6_000);
  expect(await next).toEqual({ done: true, value: undefined });
});

test("what is read behind any event is what came behind it, once each", async () => {
  const world = progressWorld({
    loop: async (state, goto, _wait, { emit }) => {
      const turn = Number(state["turn"] ?? 0);
      for (let number = 0; number < turn % 4; number += 1) await emit(number);
      return goto(turn === 30 ? null : "loop", { turn: turn + 1 });
    },
  });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const all = await read(world, "i");
  expect(all.filter(({ type }) => type === "transition")).toHaveLength(31);
  expect(all.filter(({ type }) => type === "progress")).toHaveLength(31 + 14);
  for (const [index, { id }] of all.slice(0, -1).entries()) {
    expect(await read(world, "i", id)).toEqual(all.slice(index + 1));
  }
  expect(await read(world, "i", all.at(-1)?.id)).toEqual([]);
  expect(await read(world, "i", "99.0")).toEqual(all);
});

test("a thousand reports of one body, and 200 transitions, are read in order", async () => {
  const world = progressWorld({
    many: async (_state, goto, _wait, { emit }) => {
      for (let number = 1; number <= 1_000; number += 1) void emit(number);
      return goto("loop", { turn: 1 });
    },
    loop: (state, goto) => goto(state["turn"] === 199 ? null : "loop", { turn: Number(state["turn"]) + 1 }),
  });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const events = await read(world, "i");
  const reported = events.flatMap((event) => (event.type === "progress" ? [event.data] : []));
  expect(reported).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  const seqs = events.flatMap((event) => (event.type === "transition" ? [event.seq] : []));
  expect(seqs).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
});

test("without full history, what nobody can read any more is told as a gap", async () => {
  const world = progressWorld(
    { loop: (state, goto) => goto(state["turn"] === 40 ? null : "loop", { turn: Number(state["turn"] ?? 0) + 1 }) },
    { workflow: { history: "recent" } },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  expect(words(await read(world, "i")).slice(0, 2)).toEqual(["gap 1-25", "26 goto loop"]);
  expect(words(await read(world, "i", "30.0")).slice(0, 1)).toEqual(["31 goto loop"]);
  expect(await read(world, "i")).toHaveLength(1 + 16 + 1);
});

test("steps side by side report under numbers of their own, and say which of them is over", async () => {
  const branch = async (name: string, emit: (data: unknown) => Promise<void>): Promise<void> => {
    await Promise.all([1, 2, 3].map((number) => emit(`${name}${number}`)));
  };
  const world = progressWorld({
    split: (_state, goto) => goto(["a", "b"]),
    a: async (_state, goto, _wait, { emit }) => {
      await branch("a", emit);
      return goto("end");
    },
    b: async (state, goto, wait, { emit }) => {
      await branch("b", emit);
      return state["go"] === true ? goto("end") : wait();
    },
    end: (_state, goto) => goto(null),
  });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const events = await read(world, "i");
  expect(words(events)).toContain("1 goto split");
  const reports = events.flatMap((event) => (event.type === "progress" ? [event] : []));
  expect(reports.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6].map((number) => `1.${number}`));
  expect(reports.filter(({ step }) => step === "a").map(({ data }) => data)).toEqual(["a1", "a2", "a3"]);
  expect(new Set(reports.map(({ key, step }) => `${step} ${key}`))).toEqual(new Set(["a i/1/0/1", "b i/1/1/1"]));
  expect(events.at(-1)).toMatchObject({
    status: "running",
    branches: [
      { step: "a", over: true },
      { step: "b", over: false },
    ],
  });
});

test("a body that runs again reports again, with the same key", async () => {
  const world = progressWorld(
    {
      a: async (_state, goto, _wait, { attempt, emit }) => {
        await emit(attempt);
        if (attempt === 1) throw new Error("once more");
        return goto(null);
      },
    },
    { workflow: { retry: { maximumAttempts: 2 } } },
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const events = await read(world, "i");
  expect(words(events)).toEqual(["0.1 a 1", "1 retry a", "1.1 a 2", "2 end a", "= completed a"]);
  const keys = events.flatMap((event) => (event.type === "progress" ? [event.key] : []));
  expect(keys).toEqual(["i/1", "i/1"]);
});

test("show decides what of the state a watcher sees; a change of it is told", async () => {
  const world = progressWorld(
    { a: (_state, _goto, wait) => wait() },
    { progress: { show: ({ total }) => ({ total }) } },
  );
  await world.w.start({ total: 1, secret: "s" }, { id: "i" });
  await world.app.run();
  const browser = await world.watch("i");
  await world.pass(500);
  await world.w.updateState("i", { total: 2 }, { continue: false });
  await world.pass(500);
  expect(browser.data()).toMatchObject([{ type: "transition" }, { data: { total: 1 } }, { data: { total: 2 } }]);
  expect(browser.text()).not.toContain("secret");
  browser.leave();
  await world.pass(HEARTBEAT + 5_000);
  await browser.ended;
});

test("a front that waits gets what is there; the browser asks again, and nothing is twice", async () => {
  const world = progressWorld({
    a: async (state, goto, wait, { emit }) => {
      await emit(1);
      return state["go"] === true ? goto(null) : wait();
    },
  });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const token = await world.w.createProgressToken("i");
  const first = readEvents((await world.ask("i", token)).text);
  expect(words(first.events.map(({ data }) => data))).toEqual(["0.1 a 1", "1 wait a", "= waiting a"]);
  const second = readEvents((await world.ask("i", token, first.lastEventId)).text);
  expect(words(second.events.map(({ data }) => data))).toEqual(["= waiting a"]);
  await world.w.updateState("i", { go: true });
  await world.app.run();
  const third = readEvents((await world.ask("i", token, second.lastEventId)).text);
  expect(words(third.events.map(({ data }) => data))).toEqual(["2 continue a", "2.1 a 1", "3 end a", "= completed a"]);
  expect((await world.ask("i", token, third.lastEventId)).status).toBe(204);
});

test("subscribe ends with its signal, and refuses what is no place and no instance of the workflow", async () => {
  const world = progressWorld({ a: (_state, _goto, wait) => wait() });
  await world.w.start({}, { id: "i" });
  await world.other.start({}, { id: "o" });
  await world.app.run();
  const leaving = new AbortController();
  const events = world.w.subscribe("i", { after: "1.0", signal: leaving.signal });
  expect(word((await events.next()).value)).toBe("= waiting a");
  const next = events.next();
  await world.pass(2_000);
  leaving.abort();
  expect((await next).done).toBe(true);
  expect(world.app.timers()).toBe(0);
  for (const after of ["", "1", "1.0.", "1.0.end.end", "-1.0", "1.0\n"]) {
    await expect(world.w.subscribe("i", { after }).next()).rejects.toEqual(coded("invalid-argument"));
  }
  await expect(world.w.subscribe("o").next()).rejects.toEqual(coded("unknown-instance"));
  await expect(world.w.subscribe(undefined).next()).rejects.toEqual(coded("unknown-instance"));
});
