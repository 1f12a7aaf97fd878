/** An open event stream and the data of the events that came. */
export interface EventStream {
  readonly events: readonly unknown[];
  close(): void;
}

/** Opens an event stream. Throws when the answer is none. */
export async function openEventStream(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
  const closing = new AbortController();
  const answer = await fetch(url, { headers, signal: closing.signal });
  const type = answer.headers.get("content-type") ?? "";
  if (!answer.ok || answer.body === null || !type.startsWith("text/event-stream")) {
    closing.abort();
    throw new Error(`${answer.status} ${type} is no event stream`);
  }
  const events: unknown[] = [];
  void collect(answer.body, events).catch(() => {});
  return { events, close: () => closing.abort() };
}

async function collect(body: ReadableStream<Uint8Array>, events: unknown[]): Promise<void> {
  let unread = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (unread + chunk).split(/\r?\n\r?\n/);
    unread = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trim()] : []));
      if (data.length > 0) events.push(JSON.parse(data.join("\n")));
    }
  }
}
