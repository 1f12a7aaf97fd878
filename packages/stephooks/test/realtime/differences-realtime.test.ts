import { expect, test } from "vitest";
import { realtimeDifferences } from "../../src/compat/differences-realtime.ts";
import { Datastore } from "../../src/index.ts";
import { LOOK_EVERY } from "../../src/realtime/event-stream.ts";
import { fileWorld, KEY } from "../files/file-world.ts";
import { realtimeWorld } from "./realtime-world.ts";

/** What is so here, by the id of the difference. */
const facts: Readonly<Record<string, () => Promise<void>>> = {
  "channel-hooks-guard-streams": async () => {
    const seen: string[] = [];
    const { connect, realtime } = realtimeWorld((app) =>
      app.realtime(
        "/chat",
        (_req, _res, next) => (seen.push("first"), next()),
        (_req, res) => (seen.push("second"), res.status(403).end("no")),
      ),
    );
    const { _id } = await realtime.createListener("/chat");
    expect((await connect(`/chat/${_id}`)).status).toBe(403);
    expect(seen).toEqual(["first", "second"]);
  },
  "streams-need-a-key": async () => {
    const world = fileWorld({}, (app) => app.realtime("/chat"));
    expect((await world.get("/chat/x")).status).toBe(401);
    expect((await world.get("/chat/x", { "x-apikey": KEY })).status).toBe(404);
  },
  "events-are-resumed": async () => {
    const { connect, pass, realtime } = realtimeWorld();
    const { _id } = await realtime.createListener("/chat");
    await realtime.publishEvent("/chat", "missed");
    const client = await connect(`/chat/${_id}`, { lastEventId: "0" });
    await pass(LOOK_EVERY);
    expect(client.data()).toEqual(["missed"]);
  },
  "streams-have-one-form": async () => {
    const { connect, pass, realtime } = realtimeWorld();
    const { _id } = await realtime.createListener("/chat");
    const client = await connect(`/chat/${_id}`);
    await realtime.publishEvent("/chat", "one");
    await pass(LOOK_EVERY);
    expect(client.text()).toMatch(/^id: 1\ndata: "one"$/m);
    expect(client.text()).not.toMatch(/^event:/m);
    await pass(16_000);
    expect(client.text()).toMatch(/^: still here$/m);
  },
  "channel-names-are-exact": async () => {
    const { realtime } = realtimeWorld();
    const { _id } = await realtime.createListener("a/b");
    await expect(realtime.getListener("ab", _id)).rejects.toMatchObject({ code: "not-found" });
    expect(await realtime.getListener("/a/b", _id)).toMatchObject({ _id });
  },
  "events-are-checked": async () => {
    const { realtime } = realtimeWorld();
    await expect(realtime.publishEvent("/chat", 1, { a: { $where: "1" } })).rejects.toMatchObject({
      code: "unknown-operator",
    });
  },
  "events-are-not-documents": async () => {
    const { app, realtime } = realtimeWorld();
    await realtime.createListener("/chat");
    await realtime.publishEvent("/chat", 1);
    const db = await Datastore.open();
    expect(await db.count("_event_listeners_chat")).toEqual({ count: 0 });
    await expect(db.count("_stephooks-listeners:chat")).rejects.toMatchObject({ code: "reserved-name" });
    const stored = async (): Promise<number> =>
      (await app.documents.read("_stephooks-events:chat", ["0000000000000001"])).size;
    expect(await stored()).toBe(1);
    app.clock.advance(3_600_001);
    expect(await stored()).toBe(0);
  },
};

test.each(realtimeDifferences)("$id: $stephooks", async ({ id }) => {
  const fact = facts[id];
  if (fact === undefined) throw new Error(`the difference ${id} has no test`);
  await fact();
});

test("every tested difference is in the list, each once, and none is restored by strict", () => {
  expect(realtimeDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  expect(realtimeDifferences.filter(({ strict }) => strict === "restored")).toEqual([]);
});
