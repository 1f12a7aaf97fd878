import { isCodedError, parseWorkMessage, type StateEntries, type WorkMessage } from "@stephooks/core";
import { expect, test } from "vitest";
import { oddKeys, oddValues } from "./odd-text.ts";
import { arrival, arrivals, type QueueUnderTest, silence, wake } from "./queue-under-test.ts";

/** What `send` promises, and that messages arrive as they were sent. */
export function queueSends(world: () => QueueUnderTest): void {
  const send = (messages: readonly WorkMessage[], delaySeconds = 0): Promise<void> =>
    world().queue.send(messages.map((message) => ({ message, delaySeconds })));

  test("a sent message arrives as it was sent, with receive count 1", async () => {
    await send([wake(7)]);
    const received = await arrival(world());
    expect(received.receiveCount).toBe(1);
    expect(parseWorkMessage(received.body)).toEqual({ ok: true, message: wake(7) });
  });

  test("sending nothing is done at once", async () => {
    await send([]);
    await silence(world(), 0.3);
  });

  test("25 messages of one call all arrive, each once", async () => {
    await send(Array.from({ length: 25 }, (_, token) => wake(token)));
    const received = await arrivals(world(), 25);
    expect(tokens(received)).toEqual(Array.from({ length: 25 }, (_, token) => token));
    expect(new Set(received.map(({ id }) => id)).size).toBe(25);
  });

  test("of 40 calls at once no message is lost", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, token) => send([wake(token)])));
    expect(tokens(await arrivals(world(), 40))).toEqual(Array.from({ length: 40 }, (_, token) => token));
  });

  test.each([901, -1, 1.5, Number.NaN])("a delay of %d s rejects with invalid, and nothing is sent", async (delay) => {
    const messages = [
      { message: wake(1), delaySeconds: 0 },
      { message: wake(2), delaySeconds: delay },
    ];
    await expect(world().queue.send(messages)).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "invalid",
    );
    await silence(world(), 0.3);
  });

  test("the longest delay is accepted", async () => {
    await send([wake(1)], 900);
    await silence(world(), 0.3);
  });

  test("create and command messages arrive as they were sent", async () => {
    const entries = new Map([["n", "1"]]);
    const place = { instance: "a", startId: "s1", command: "continue", token: 3, id: "c" } as const;
    const command: WorkMessage = { kind: "command", ...place, set: entries, remove: ["gone"] };
    const sent = [createMessage("a", entries), command];
    await send(sent);
    const received = await arrivals(world(), 2);
    expect(received.map(({ body }) => parseWorkMessage(body))).toEqual(
      expect.arrayContaining(sent.map((message) => ({ ok: true, message }))),
    );
  });

  largeAndOddMessages(world, send);
}

function largeAndOddMessages(
  world: () => QueueUnderTest,
  send: (messages: readonly WorkMessage[]) => Promise<void>,
): void {
  test("state with odd keys and values arrives as it was sent", async () => {
    const values = Object.entries(oddValues).map(([name, value]) => [name, JSON.stringify(value)] as const);
    const keys = Object.values(oddKeys).map((key) => [key, "1"] as const);
    const message = createMessage("odd", new Map([...values, ...keys]));
    await send([message]);
    expect(parseWorkMessage((await arrival(world())).body)).toEqual({ ok: true, message });
  });

  test("a message of almost 400 KB arrives as it was sent", async () => {
    const message = createMessage("large", new Map([["large", JSON.stringify("é".repeat(195 * 1_024))]]));
    await send([message]);
    expect(parseWorkMessage((await arrival(world())).body)).toEqual({ ok: true, message });
  });

  test("messages that are too large together arrive all the same", async () => {
    const large = new Map([["large", JSON.stringify("x".repeat(330 * 1_024))]]);
    const sent = Array.from({ length: 7 }, (_, index) => createMessage(`large-${index}`, large));
    await send(sent);
    const instances = (await arrivals(world(), 7)).map(({ body }) => {
      const parsed = parseWorkMessage(body);
      return parsed.ok ? parsed.message.instance : parsed.reason;
    });
    expect(instances.toSorted()).toEqual(sent.map(({ instance }) => instance));
  });
}

function createMessage(instance: string, state: StateEntries): WorkMessage {
  return { kind: "create", instance, startId: "s-1", workflow: "orders", step: "begin", createdAt: 5, state };
}

function tokens(received: readonly { readonly body: string }[]): readonly number[] {
  return received
    .map(({ body }) => parseWorkMessage(body))
    .map((parsed) => (parsed.ok && parsed.message.kind === "wake" ? parsed.message.token : Number.NaN))
    .toSorted((a, b) => a - b);
}
