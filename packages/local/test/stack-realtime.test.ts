import { expect, onTestFinished, test } from "vitest";
import { ask } from "./support/ask.ts";
import { fixture, stackOfTest } from "./support/started-stack.ts";
import { until } from "./support/until.ts";

/** An EventSource of `url`: connects again when its stream has ended, with the id of the last event. */
function eventSource(url: string) {
  const leaving = new AbortController();
  const data: unknown[] = [];
  let connections = 0;
  let lastEventId: string | undefined;
  const read = async (): Promise<void> => {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const answer = await fetch(url, { headers, signal: leaving.signal });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    connections += 1;
    let unread = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (unread + chunk).split("\n\n");
      unread = blocks.pop() ?? "";
      for (const block of blocks) {
        lastEventId = /^id: (\d+)$/m.exec(block)?.[1] ?? lastEventId;
        const [, sent] = /^data: (.*)$/m.exec(block) ?? [];
        if (sent !== undefined) data.push(JSON.parse(sent));
      }
    }
  };
  void (async () => {
    while (!leaving.signal.aborted) await read().catch(() => {});
  })();
  const leave = (): void => leaving.abort();
  onTestFinished(leave);
  return { data, lastEventId: () => lastEventId, connections: () => connections, leave };
}

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
