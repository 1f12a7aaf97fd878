import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request the receiver got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly raw: string;
}

/** A local receiver of what apps send out. Answers everything with 200 and an empty object. */
export interface Sink {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
}

export async function openSink(): Promise<Sink> {
  const received: Received[] = [];
  const receive = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { headers, method = "", url: path = "" } = incoming;
    received.push({ method, path, headers, raw: await text(incoming) });
    outgoing.writeHead(200, { "content-type": "application/json" }).end("{}");
  };
  const server = createServer((incoming, outgoing) => void receive(incoming, outgoing)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The receiver has no port.");
  return { url: `http://127.0.0.1:${address.port}`, received, close: () => server.close() };
}
