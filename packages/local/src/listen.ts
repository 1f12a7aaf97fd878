import { once } from "node:events";
import type { Server } from "node:net";
import { isRecord } from "@stephooks/core";

/**
 * Makes the server listen on loopback: on `port` (0: a free one) or, when that is taken, on one of the next
 * `furtherPorts`. Gives the port.
 *
 * @throws Error that says which ports are taken.
 */
export async function listen(server: Server, port: number, furtherPorts: number): Promise<number> {
  const last = Math.min(port + furtherPorts, 65_535);
  for (let tried = port; tried <= last; tried += 1) {
    if (await listensOn(server, tried)) return portOf(server);
  }
  const taken = last > port ? `ports ${port} to ${last} are taken` : `port ${port} is taken`;
  throw new Error(`${taken}. Give another port, or 0 for any free one.`);
}

/** False when somebody else has the port. */
async function listensOn(server: Server, port: number): Promise<boolean> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return true;
  } catch (error) {
    if (isRecord(error) && error["code"] === "EADDRINUSE") return false;
    throw error;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has no port.");
  return address.port;
}
