import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { answering, HOUR, pause, request } from "./support/answering.ts";
import { answerOf } from "./support/app-world.ts";

describe("a timer that will not fire does not hold the invocation", () => {
  test.each<[string, (timer: NodeJS.Timeout) => void]>([
    ["cleared", (timer) => clearTimeout(timer)],
    ["cleared by its number", (timer) => clearTimeout(Number(timer))],
    ["cleared by its number as text", (timer) => clearTimeout(String(Number(timer)))],
    ["cleared as if it were an interval", (timer) => clearInterval(timer)],
    ["closed", (timer) => timer.close()],
    ["disposed of", (timer) => timer[Symbol.dispose]()],
    ["unref'd", (timer) => timer.unref()],
  ])("%s", { timeout: 5_000 }, async (_name, stop) => {
    let fired = false;
    const world = answering((_req, res) => {
      const timer = setTimeout(() => void (fired = true), HOUR);
      stop(timer);
      onTestFinished(() => clearTimeout(timer));
      res.send("done");
    });
    expect(answerOf(await world.handle(request)).body).toBe("done");
    expect(fired).toBe(false);
  });

  test("cleared while the invocation waits for it", { timeout: 5_000 }, async () => {
    const world = answering((_req, res) => {
      const timer = setTimeout(() => {}, HOUR);
      setTimeout(() => clearTimeout(timer), 1);
      res.send("done");
    });
    expect(answerOf(await world.handle(request)).body).toBe("done");
  });

  test("but one that was unref'd and ref'd again does", async () => {
    const done: string[] = [];
    const world = answering((_req, res) => {
      setTimeout(() => done.push("fired"), 5)
        .unref()
        .ref();
      res.send("done");
    });
    await world.handle(request);
    expect(done).toEqual(["fired"]);
  });
});

describe("setTimeout inside an invocation is the one Node has", () => {
  test("with promisify.custom, counted as the other", async () => {
    const done: unknown[] = [];
    const world = answering((_req, res) => {
      res.send("early");
      void promisify(setTimeout)(5, "value").then((value) => done.push(value));
    });
    await world.handle(request);
    expect(done).toEqual(["value"]);
  });

  test("which gives arguments and itself to the callback, and is a Timeout", async () => {
    const seen: unknown[] = [];
    const world = answering((_req, res) => {
      const timer = setTimeout(
        function callback(this: unknown, ...args: readonly unknown[]) {
          seen.push(this === timer, ...args);
        },
        1,
        "a",
        2,
      );
      seen.push(timer.hasRef());
      res.send("done");
    });
    await world.handle(request);
    expect(seen).toEqual([true, true, "a", 2]);
  });

  test("which refuses what is no function at the call", async () => {
    const world = answering((_req, res) => {
      expect(() => Reflect.apply(setTimeout, undefined, ["text"])).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
      res.send("done");
    });
    expect(answerOf(await world.handle(request))).toMatchObject({ status: 200, body: "done" });
  });

  test("outside of one nothing is counted and everything works", async () => {
    await answering((_req, res) => res.send("patched")).handle(request);
    expect(await promisify(setTimeout)(1, "value")).toBe("value");
    const timer = setTimeout(() => {}, HOUR);
    clearTimeout(timer);
    await pause();
  });
});
