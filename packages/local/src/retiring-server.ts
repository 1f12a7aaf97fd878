import { createServer, type IncomingMessage, request, type RequestListener, type ServerResponse } from "node:http";
import { GREETING } from "./front-door.ts";
import { listenOnLoopback } from "./listen-on-loopback.ts";

/** An HTTP server behind the front door that can hand over to another one without breaking a request. */
export interface RetiringServer {
  /** Of loopback. */
  readonly port: number;
  /**
   * Answers what has begun and settles when no connection is left. A client that sends its next request over a kept
   * connection gets the answer of whoever listens on `successor`, and the connection is closed after it.
   */
  retire(successor: number): Promise<void>;
  closeAll(): void;
}

export async function startServer(listener: RequestListener): Promise<RetiringServer> {
  let successor: number | undefined;
  const server = createServer((incoming, outgoing) => {
    if (successor === undefined) listener(incoming, outgoing);
    else forward(incoming, outgoing, successor);
  });
  server.on("connection", (connection) => connection.write(GREETING));
  const port = await listenOnLoopback(server, 0);
  return {
    port,
    retire: (next) => {
      successor = next;
      const { promise, resolve } = Promise.withResolvers<void>();
      // Not Node's own close of the HTTP server: that one breaks a request that is on its way over an idle connection.
      server.unref();
      const settle = setInterval(
        () => server.getConnections((_error, count) => count === 0 && (clearInterval(settle), resolve())),
        20,
      );
      return promise;
    },
    closeAll: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  outgoing.shouldKeepAlive = false;
  const { method, url } = incoming;
  const asked = request({ host: "127.0.0.1", port, method, path: url, headers: lasting(incoming.rawHeaders) });
  asked.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, lasting(answer.rawHeaders));
    answer.pipe(outgoing);
  });
  asked.on("error", () => outgoing.destroy());
  outgoing.on("close", () => asked.destroy());
  incoming.pipe(asked);
}

/** Headers of one connection, which are not those of the next. */
const ofConnection: ReadonlySet<string> = new Set(["connection", "keep-alive"]);

function lasting(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!ofConnection.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
