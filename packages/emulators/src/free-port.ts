import { once } from "node:events";
import { createServer } from "node:net";

/** A TCP port on loopback that nobody listened on a moment ago. Another process may take it before it is used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has no port.");
  return address.port;
}
