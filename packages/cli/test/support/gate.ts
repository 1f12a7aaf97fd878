import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** A server that answers nobody until it is opened. */
export interface Gate {
  readonly url: string;
  /** Settles when somebody has asked. */
  asked(): Promise<void>;
  /** Answers everybody, now and from now on. */
  open(): void;
}

export async function openGate(): Promise<Gate> {
  const held: ServerResponse[] = [];
  const asked = Promise.withResolvers<void>();
  let isOpen = false;
  const server = createServer((_incoming, outgoing) => {
    asked.resolve();
    if (isOpen) outgoing.end();
    else held.push(outgoing);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked.promise,
    open: () => {
      isOpen = true;
      for (const outgoing of held.splice(0)) outgoing.end();
    },
  };
}
