import { onTestFinished } from "vitest";

export interface TestEventSource {
  /** What came, parsed. */
  readonly data: unknown[];
  lastEventId(): string | undefined;
  /** Streams that were opened until now. */
  connections(): number;
  /** The server has said that there is nothing more, with 204 or an error. */
  isClosed(): boolean;
  leave(): void;
}

/** An EventSource of `url`: connects again when its stream has ended, with the id of the last event. */
export function eventSource(url: string): TestEventSource {
  const leaving = new AbortController();
  const data: unknown[] = [];
  let connections = 0;
  let closed = false;
  let lastEventId: string | undefined;
  /** Until the stream ends; false when there will be no other. */
  const read = async (): Promise<boolean> => {
    const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const answer = await fetch(url, { headers, signal: leaving.signal });
    // HTML Standard: every other answer is final.
    closed = answer.status !== 200 || answer.headers.get("content-type")?.startsWith("text/event-stream") !== true;
    if (closed) return false;
    connections += 1;
    let unread = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (unread + chunk).split("\n\n");
      unread = blocks.pop() ?? "";
      for (const block of blocks) {
        lastEventId = /^id: (.+)$/m.exec(block)?.[1] ?? lastEventId;
        const [, sent] = /^data: (.*)$/m.exec(block) ?? [];
        if (sent !== undefined) data.push(JSON.parse(sent));
      }
    }
    return true;
  };
  void (async () => {
    while (!leaving.signal.aborted && (await read().catch(() => true)));
  })();
  const leave = (): void => leaving.abort();
  onTestFinished(leave);
  return { data, lastEventId: () => lastEventId, connections: () => connections, isClosed: () => closed, leave };
}
