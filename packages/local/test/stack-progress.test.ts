import { expect, test } from "vitest";
import { ask } from "./support/ask.ts";
import { eventSource } from "./support/event-source.ts";
import { fixture, stackOfTest } from "./support/started-stack.ts";
import { until } from "./support/until.ts";

interface Sent {
  readonly type: string;
  readonly seq?: number;
  readonly ended?: boolean;
  readonly data?: { readonly lap: number; readonly half: number };
}

test("a watcher sees every transition once, and every lap, while worker and front are killed under it", async () => {
  const stack = await stackOfTest({ bundle: fixture("progress-app.ts") });
  const { body } = await ask(`${stack.url}/laps`, { method: "POST", body: {} });
  const [id, token] = [String(body["id"]), String(body["token"])];
  const source = eventSource(`${stack.url}/progress/${id}?token=${token}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the stream says is looked at below
  const sent = (): readonly Sent[] => source.data as readonly Sent[];
  const seqs = (): readonly (number | undefined)[] =>
    sent().flatMap(({ seq, type }) => (type === "transition" ? [seq] : []));
  for (const [laps, name] of [
    [2, "worker"],
    [6, "worker"],
    [10, "http"],
  ] as const) {
    await until(`${laps} transitions were seen`, () => seqs().length >= laps);
    expect(seqs().length).toBeLessThan(30);
    await stack.kill(name);
    await stack.restart(name);
  }
  await until("the server says that there is nothing more", () => source.isClosed());
  expect(seqs()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(sent().at(-1)).toMatchObject({ type: "status", status: "completed", ended: true });
  expect(source.connections()).toBeGreaterThan(1);
  const { body: history } = await ask(`${stack.url}/history/${id}`);
  expect(sent().filter(({ type }) => type === "transition")).toMatchObject(Object(history["entries"]));

  // A body that was killed has said its lap again; none is missing, and none comes late.
  const reports = sent().flatMap(({ data, type }) => (type === "progress" && data ? [data.lap * 10 + data.half] : []));
  expect([...new Set(reports)]).toEqual(Array.from({ length: 30 }, (_, lap) => [lap * 10 + 11, lap * 10 + 12]).flat());
});
