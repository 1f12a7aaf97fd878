import { once } from "node:events";
import type { Server } from "node:net";

/** Makes the server listen on loopback, and gives its port. Rejects with Node's own error, such as `EADDRINUSE`. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has no port.");
  return address.port;
}
