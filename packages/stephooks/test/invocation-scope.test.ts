import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type App, createApp } from "../src/app.ts";
import { answering, HOUR, pause, request } from "./support/answering.ts";
import { answerOf, appWorld, type AppWorld, refusalOf } from "./support/app-world.ts";
import { httpEvents } from "./support/lambda-events.ts";

/** A context of Lambda by the world's clock, with `milliseconds` left. */
function contextOf({ clock }: AppWorld, milliseconds: number): object {
  const deadline = clock.now() + milliseconds;
  return { getRemainingTimeInMillis: () => deadline - clock.now() };
}

/** Lets everything run that waits for nothing outside. */
async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Whether the promise settles of its own accord. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  await turns();
  return settled;
}

async function loopback(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("code after res.send() completes before the invocation ends", () => {
  test("that was awaited", async () => {
    const done: string[] = [];
    const world = answering(async (_req, res) => {
      res.send("early");
      await pause();
      done.push("after");
    });
    expect(answerOf(await world.handle(request)).body).toBe("early");
    expect(done).toEqual(["after"]);
  });

  test("in chains of timers that nobody awaits", async () => {
    const done: string[] = [];
    const world = answering((_req, res) => {
      res.send("early");
      void pause()
        .then(() => done.push("one"))
        .then(() => pause(5))
        .then(() => done.push("two"));
      setTimeout((what: string) => setTimeout(() => done.push(what), 2), 1, "nested");
    });
    expect(answerOf(await world.handle(request)).body).toBe("early");
    expect(done.toSorted()).toEqual(["nested", "one", "two"]);
  });

  test("in chains of fetches that nobody awaits, their bodies included", async () => {
    const url = await loopback((_request, response) => {
      response.write('{"part":');
      setImmediate(() => setImmediate(() => response.end("1}")));
    });
    const done: unknown[] = [];
    const world = answering((_req, res) => {
      res.send("early");
      void fetch(url)
        .then((response) => response.clone().text())
        .then((text) => done.push(text))
        .then(() => fetch(url, { method: "POST", body: "x" }))
        .then((response) => response.json())
        .then((body) => done.push(body));
    });
    expect(answerOf(await world.handle(request)).body).toBe("early");
    expect(done).toEqual(['{"part":1}', { part: 1 }]);
  });

  test("in long chains of promises that begin a timer late", async () => {
    const done: string[] = [];
    const world = answering((_req, res) => {
      res.send("early");
      void (async () => {
        for (let hop = 0; hop < 500; hop += 1) await Promise.resolve();
        await pause();
        done.push("after");
      })();
    });
    await world.handle(request);
    expect(done).toEqual(["after"]);
  });

  test("in a fetch that fails", async () => {
    const url = await loopback((_request, response) => response.destroy());
    const done: string[] = [];
    const world = answering((_req, res) => {
      res.send("early");
      fetch(url).catch(() => pause().then(() => done.push("recovered")));
    });
    await world.handle(request);
    expect(done).toEqual(["recovered"]);
  });

  test("in a workflow's start that nobody awaits", async () => {
    const app = createApp();
    const work = app.createWorkflow("work", "Begun late", { only: async (_state, goto) => goto(null) });
    app.get("/", (_req, res) => {
      res.send("early");
      void work.start({}, { id: "i" });
    });
    const release = Promise.withResolvers<void>();
    const world = appWorld(app.init(), {
      // As slow as a network may be.
      intercept: async (_operation, perform) => {
        await release.promise;
        return perform();
      },
    });
    const handled = world.handle(request);
    expect(await settles(handled)).toBe(false);
    release.resolve();
    await handled;
    expect(world.store.heads()).toMatchObject([{ id: "i" }]);
  });

  test("in a step, too", async () => {
    const done: string[] = [];
    const app = createApp();
    const work = app.createWorkflow("work", "Leaves work behind", {
      only: async (_state, goto) => {
        void pause(5).then(() => done.push("after"));
        await goto(null);
      },
    });
    const world = appWorld(app.init());
    await work.start({});
    await world.deliver();
    expect(done).toEqual(["after"]);
  });
});

describe("the wait is bounded", () => {
  test("by the remaining time minus one second", async () => {
    const world = answering((_req, res) => {
      const timer = setTimeout(() => {}, HOUR);
      onTestFinished(() => clearTimeout(timer));
      res.send("done");
    });
    const handled = world.handle(request, contextOf(world, 10_000));
    await turns();
    world.clock.advance(8_999);
    expect(await settles(handled)).toBe(false);
    world.clock.advance(1);
    expect(answerOf(await handled)).toMatchObject({ status: 200, body: "done" });
  });

  test("for a batch as for a request", async () => {
    const app = createApp();
    const work = app.createWorkflow("work", "Leaves a timer behind", {
      only: async (_state, goto) => {
        const timer = setTimeout(() => {}, HOUR);
        onTestFinished(() => clearTimeout(timer));
        await goto(null);
      },
    });
    const world = appWorld(app.init());
    await work.start({}, { id: "i" });
    const handled = world.deliver(contextOf(world, 10_000));
    await turns();
    expect((await work.inspect("i")).status).toBe("completed");
    world.clock.advance(8_999);
    expect(await settles(handled)).toBe(false);
    world.clock.advance(1);
    await handled;
    expect(world.queue.messages()).toEqual([]);
  });
});

describe("a handler that never settles", () => {
  test.each(["HTTP API", "load balancer"] as const)("is answered 504 in time through the %s", async (shape) => {
    const world = answering(() => new Promise(() => {}));
    const handled = world.handle(httpEvents[shape]({ method: "GET", path: "/" }), contextOf(world, 30_000));
    await turns();
    world.clock.advance(28_999);
    expect(await settles(handled)).toBe(false);
    world.clock.advance(1);
    const answer = answerOf(await handled);
    expect(refusalOf(answer)).toBe("504 handler-timeout");
    expect(answer.body).toMatchObject({ error: { message: expect.stringContaining("GET /") } });
  });

  test("is answered with what it sent, when it sent something", async () => {
    const world = answering((_req, res) => {
      res.status(202).send("accepted");
      return new Promise(() => {});
    });
    const handled = world.handle(request, contextOf(world, 30_000));
    await turns();
    world.clock.advance(29_000);
    expect(answerOf(await handled)).toMatchObject({ status: 202, body: "accepted" });
  });
});

test("an invocation leaves no timer of the host behind", async () => {
  const world = answering((_req, res) => res.send("quick"));
  await world.handle(request, contextOf(world, 30_000));
  expect(world.timers()).toBe(0);
});

describe("invocations side by side", () => {
  test("do not wait for each other", async () => {
    const release = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const url = await loopback((_request, response) => {
      began.resolve();
      void release.promise.then(() => response.end("late"));
    });
    const app: App = createApp();
    const done: string[] = [];
    app.get("/slow", (_req, res) => {
      res.send("slow");
      void fetch(url).then(() => done.push("slow"));
    });
    app.get("/quick", (_req, res) => {
      res.send("quick");
      void pause().then(() => done.push("quick"));
    });
    const world = appWorld(app.init());
    const slow = world.ask("GET", "/slow");
    await began.promise;
    expect((await world.ask("GET", "/quick")).body).toBe("quick");
    expect(done).toEqual(["quick"]);
    release.resolve();
    expect((await slow).body).toBe("slow");
    expect(done).toEqual(["quick", "slow"]);
  });
});
