import { expect, test } from "vitest";
import { LOOK_EVERY } from "../../src/realtime/event-stream.ts";
import { HEARTBEAT } from "../../src/realtime/serve-events.ts";
import { answerOf, refusalOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { readEvents, realtimeWorld, turns } from "./realtime-world.ts";

test("every open connection gets an event once, within the time it looks every", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  const clients = await Promise.all([connect(`/chat/${_id}`), connect(`/chat/${_id}`)]);
  expect(clients[0]?.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  await realtime.publishEvent("/chat", { text: "one" });
  await realtime.publishEvent("chat", { text: "two" });
  await pass(LOOK_EVERY);
  for (const client of clients) expect(client.data()).toEqual([{ text: "one" }, { text: "two" }]);
  await pass(10 * LOOK_EVERY);
  for (const client of clients) expect(client.data()).toHaveLength(2);
});

test("an event with a query reaches the listeners whose interests match it", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const listeners = await Promise.all(
    [{ room: 1, level: 5 }, { room: 2 }, undefined].map((interests) => realtime.createListener("/chat", interests)),
  );
  const clients = await Promise.all(listeners.map(({ _id }) => connect(`/chat/${_id}`)));
  await realtime.publishEvent("/chat", "to room 1", { room: 1 });
  await realtime.publishEvent("/chat", "to high levels", { level: { $gte: 3 } });
  await realtime.publishEvent("/chat", "to all", {});
  await pass(LOOK_EVERY);
  expect(clients.map((client) => client.data())).toEqual([
    ["to room 1", "to high levels", "to all"],
    ["to all"],
    ["to all"],
  ]);
});

test("a stream ends before its invocation does; with Last-Event-ID the next one goes on where it ended", async () => {
  const { app, connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat", { room: 1 });
  const first = await connect(`/chat/${_id}`, { seconds: 10 });
  await realtime.publishEvent("/chat", "one", { room: 1 });
  await pass(9_000);
  await first.ended;
  expect(first.text()).not.toContain("error");
  await realtime.publishEvent("/chat", "not for it", { room: 2 });
  await realtime.publishEvent("/chat", "two");
  const second = await connect(`/chat/${_id}`, { lastEventId: first.lastEventId() });
  await realtime.publishEvent("/chat", "three");
  await pass(LOOK_EVERY);
  expect([...first.data(), ...second.data()]).toEqual(["one", "two", "three"]);
  second.leave();
  await pass(HEARTBEAT + LOOK_EVERY);
  await second.ended;
  expect(app.timers()).toBe(0);
});

test("a script that stands in for EventSource says its last event in the query", async () => {
  const { app, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  await realtime.publishEvent("/chat", "one");
  const event = { ...httpEvent({ method: "GET", path: `/chat/${_id}` }), rawQueryString: "lastEventId=0" };
  const { events } = readEvents(String(answerOf(await app.handle(event)).body));
  expect(events).toEqual([{ id: "1", data: "one" }]);
});

test("a connection without Last-Event-ID begins with what is published from then on", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  await realtime.publishEvent("/chat", "before");
  const clients = await Promise.all(
    [undefined, "x", "-1", "1e3", "99999999999999999"].map((lastEventId) =>
      connect(`/chat/${_id}`, lastEventId === undefined ? {} : { lastEventId }),
    ),
  );
  await realtime.publishEvent("/chat", "after");
  await pass(LOOK_EVERY);
  for (const client of clients) expect(client.data()).toEqual(["after"]);
});

test("a quiet stream sends a comment every 15 seconds, which makes no event and moves the place on", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat", { room: 1 });
  const client = await connect(`/chat/${_id}`);
  await realtime.publishEvent("/chat", "not for it", { room: 2 });
  await pass(HEARTBEAT);
  expect(client.events()).toEqual([]);
  expect(client.text()).toBe("retry: 500\nid: 0\n\n: still here\nid: 1\n\n");
  await pass(HEARTBEAT);
  expect(client.text().match(/still here/g)).toHaveLength(2);
});

test("a listener that is removed is disconnected within 15 seconds, also from a busy channel, and not let in again", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  const client = await connect(`/chat/${_id}`);
  await realtime.removeListener("/chat", _id);
  for (let second = 0; second < 16; second += 1) {
    await realtime.publishEvent("/chat", second);
    await pass(1_000);
  }
  expect(client.hasEnded()).toBe(true);
  expect((await connect(`/chat/${_id}`)).status).toBe(404);
});

test("what a client cannot be told any more ends its stream; it goes on behind the last event it got", async () => {
  let isDown = false;
  const { connect, pass, realtime } = realtimeWorld(undefined, {
    intercept: (operation, perform) => {
      if (isDown && operation === "read-documents") throw new Error("down");
      return perform();
    },
  });
  const { _id } = await realtime.createListener("/chat");
  const client = await connect(`/chat/${_id}`);
  await realtime.publishEvent("/chat", "one");
  await pass(LOOK_EVERY);
  isDown = true;
  await realtime.publishEvent("/chat", "two");
  await pass(LOOK_EVERY);
  await client.ended;
  expect(client.lastEventId()).toBe("1");
  isDown = false;
  const again = await connect(`/chat/${_id}`, { lastEventId: client.lastEventId() });
  await pass(LOOK_EVERY);
  expect(again.data()).toEqual(["two"]);
});

test("behind a front that does not stream the answer is what is there, and ends", async () => {
  const { app, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  const ask = async (headers: Readonly<Record<string, string>>): Promise<string> =>
    String(answerOf(await app.handle(httpEvent({ method: "GET", path: `/chat/${_id}`, headers }))).body);
  const first = readEvents(await ask({}));
  expect(first.events).toEqual([]);
  for (let number = 1; number <= 150; number += 1) await realtime.publishEvent("/chat", number);
  const second = readEvents(await ask({ "last-event-id": first.lastEventId }));
  expect(second.events.map(({ data }) => data)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  expect(readEvents(await ask({ "last-event-id": second.lastEventId })).events).toEqual([]);
});

test("who is no listener of the channel is answered 404; HEAD has no stream", async () => {
  const { app, realtime } = realtimeWorld((registered) => {
    registered.realtime("/chat");
    registered.realtime("/other");
  });
  const { _id } = await realtime.createListener("/chat");
  for (const path of ["/chat/nobody", `/other/${_id}`, "/chat/__proto__", `/chat/${"0".repeat(32)}`]) {
    expect(refusalOf(await app.ask("GET", path))).toBe("404 not-found");
  }
  const head = app.connect(httpEvent({ method: "HEAD", path: `/chat/${_id}` }));
  head.stream.resume();
  await head.settled;
  await turns();
  expect(app.timers()).toBe(0);
});

test("listeners are made, found, listed and removed", async () => {
  const { realtime } = realtimeWorld();
  const made = await realtime.createListener("/chat", { topics: ["a"] });
  expect(made).toMatchObject({ _id: expect.stringMatching(/^[0-9a-f]{32}$/), subscribe: { topics: ["a"] } });
  const other = await realtime.createListener("/chat");
  expect(await realtime.getListener("/chat", made._id)).toEqual(made);
  expect((await realtime.getListeners("/chat")).map(({ _id }) => _id).toSorted()).toEqual(
    [made._id, other._id].toSorted(),
  );
  expect(await realtime.removeListener("/chat", made._id)).toEqual(made);
  expect(await realtime.getListeners("/chat")).toEqual([other]);
  for (const use of [realtime.getListener, realtime.removeListener]) {
    await expect(use("/chat", made._id)).rejects.toMatchObject({ code: "not-found" });
  }
});

test("publishEvent answers the event; the paths of channels are properties of app.realtime", async () => {
  const { app: world, realtime } = realtimeWorld((app) => {
    app.realtime("/chat");
    app.realtime("/news", undefined);
  });
  expect(Object.keys(realtime.createChannel)).toEqual(["/chat", "/news"]);
  expect(await realtime.publishEvent("/chat", { text: "one" })).toEqual({
    _id: "1",
    channel: "/chat",
    data: { text: "one" },
    query: {},
    timestamp: new Date(world.clock.now()).toISOString(),
  });
});
