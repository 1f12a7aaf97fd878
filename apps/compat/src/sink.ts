import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { HttpStub } from "./compat-case.ts";

/** A request the receiver got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly raw: string;
}

/** An outbound call that a stub answered. */
export interface StubCall {
  readonly url: string;
  readonly method: string;
  readonly body: string;
}

/** A local receiver of what apps send out. Answers with 200 and an empty object where no stub says otherwise. */
export interface Sink {
  readonly url: string;
  readonly received: readonly Received[];
  readonly stubCalls: readonly StubCall[];
  close(): void;
}

export async function openSink(stubs: readonly HttpStub[] = []): Promise<Sink> {
  const received: Received[] = [];
  const stubCalls: StubCall[] = [];
  const receive = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { headers, method = "", url: path = "" } = incoming;
    const raw = await text(incoming);
    const meant = headers["x-stubbed-url"];
    if (typeof meant !== "string") {
      received.push({ method, path, headers, raw });
      outgoing.writeHead(200, { "content-type": "application/json" }).end("{}");
      return;
    }
    stubCalls.push({ url: meant, method, body: raw });
    const { body = {}, headers: own, status = 200 } = stubs.find(({ url }) => meant.startsWith(url)) ?? {};
    outgoing
      .writeHead(status, { "content-type": "application/json", ...own })
      .end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const server = createServer((incoming, outgoing) => void receive(incoming, outgoing)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The receiver has no port.");
  return { url: `http://127.0.0.1:${address.port}`, received, stubCalls, close: () => server.close() };
}
