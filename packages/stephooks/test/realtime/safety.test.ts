import { expect, test } from "vitest";
import { LOOK_EVERY } from "../../src/realtime/event-stream.ts";
import { answerOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { realtimeWorld } from "./realtime-world.ts";

const breaks = ["\n", "\r", "\r\n", "\n\n", "\u2028", "\u0085", "\0"];

test("security 51: line breaks in an event, its query or a listener's interests begin no field of their own", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat", { name: breaks.join("data: 1") });
  const client = await connect(`/chat/${_id}`);
  const sent = breaks.flatMap((end) => {
    const injected = `a${end}data: {"forged":true}${end}${end}id: 999${end}event: admin${end}retry: 1${end}${end}`;
    return [injected, { [injected]: injected }, [injected]];
  });
  for (const data of sent) await realtime.publishEvent("/chat", data, {});
  await pass(LOOK_EVERY);
  expect(client.data()).toEqual(sent);
  expect(client.lastEventId()).toBe(String(sent.length));
  expect(
    client
      .text()
      .split("\n")
      .filter((line) => !/^(?:id: \d+|data: .*|retry: 500|)$/su.test(line)),
  ).toEqual([]);
});

test("security 51: what a client sends as its last event comes back to nobody", async () => {
  const { app, realtime } = realtimeWorld();
  const { _id } = await realtime.createListener("/chat");
  for (const forged of ["1 data: x", "1: x", "٣", "0x1", "", "1,2"]) {
    const headers = { "last-event-id": forged };
    const answer = answerOf(await app.handle(httpEvent({ method: "GET", path: `/chat/${_id}`, headers })));
    expect(answer.body).toBe("retry: 2000\nid: 0\n\n: still here\nid: 0\n\n");
  }
});

test("security 51: no name makes one channel of two", async () => {
  const names = ["a/b", "ab", "a", "a#1", "a%231", "a:b", "events:a", "A", "a/", "//a", "ä", "a\u0308"];
  const { connect, pass, realtime } = realtimeWorld((app) => {
    for (const name of names) app.realtime(`/${name}`);
  });
  const path = (name: string): string => `/${name.replaceAll("#", "%23").replaceAll("%231", "%25231")}`;
  const listener = await realtime.createListener("/ab");
  const client = await connect(`${path("ab")}/${listener._id}`);
  for (const name of names) await realtime.publishEvent(`/${name}`, name);
  await pass(LOOK_EVERY);
  expect(client.data()).toEqual(["ab"]);
  for (const name of names.filter((other) => other !== "ab")) {
    await expect(realtime.getListener(`/${name}`, listener._id)).rejects.toMatchObject({ code: "not-found" });
  }
});

test("security 51: a listener gets nothing that was published before it was made, whatever it claims", async () => {
  const { connect, pass, realtime } = realtimeWorld();
  await realtime.publishEvent("/chat", "before");
  const { _id } = await realtime.createListener("/chat");
  await realtime.publishEvent("/chat", "after");
  const client = await connect(`/chat/${_id}`, { lastEventId: "0" });
  await pass(LOOK_EVERY);
  expect(client.data()).toEqual(["after"]);
});

test("names that no channel can have are refused", async () => {
  const { realtime } = realtimeWorld();
  for (const name of ["", "/", "x".repeat(161), "\ud800"]) {
    await expect(realtime.publishEvent(name, 1)).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(realtime.createListener(name)).rejects.toMatchObject({ code: "invalid-argument" });
  }
  await expect(realtime.createListener("/chat", ["a"])).rejects.toMatchObject({ code: "invalid-argument" });
});
