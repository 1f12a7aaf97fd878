import { expect, test } from "vitest";
import { ask } from "./support/ask.ts";
import { eventSource } from "./support/event-source.ts";
import { fixture, stackOfTest } from "./support/started-stack.ts";
import { until } from "./support/until.ts";

test("two connections get what is for them, once each, over the ends of their invocations", async () => {
  const stack = await stackOfTest({ bundle: fixture("chat-app.ts") });
  const listen = async (interests: object) => {
    const { body } = await ask(`${stack.url}/listeners`, { method: "POST", body: interests });
    const source = eventSource(`${stack.url}/chat/${String(body["_id"])}`);
    await until("the stream is open", () => source.lastEventId() !== undefined);
    return source;
  };
  const [first, second] = await Promise.all([listen({ room: 1 }), listen({ room: 2 })]);
  const publish = (data: unknown, query?: object) =>
    ask(`${stack.url}/events`, { method: "POST", body: { data, query } });

  // A function of this stack has three seconds: goes on until the first connection has met the end of one.
  const rounds: number[] = [];
  await until("an invocation has ended under a connection", async () => {
    const round = rounds.length;
    rounds.push(round);
    await Promise.all([publish(`both ${round}`), publish(`first ${round}`, { room: 1 })]);
    return first.connections() > 1 && second.connections() > 1;
  });
  const sent = rounds.flatMap((round) => [`both ${round}`, `first ${round}`]);
  await until("everything has arrived", () => first.data.length >= sent.length && second.data.length >= rounds.length);
  expect(first.data.map(String).toSorted()).toEqual(sent.toSorted());
  expect(second.data).toEqual(rounds.map((round) => `both ${round}`));
});
