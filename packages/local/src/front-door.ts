import { connect, createServer, type Server, type Socket } from "node:net";
import { isRecord } from "@stephooks/core";
import { listenOnLoopback } from "./listen-on-loopback.ts";
import { LocalError } from "./local-error.ts";

/**
 * The stack's HTTP port. It stays open for the stack's whole life: connections wait here while no process serves, so
 * a reload or a crash refuses nobody. It passes bytes on and knows nothing of HTTP.
 */
export interface FrontDoor {
  readonly port: number;
  /** To which port of loopback connections go from now on, those that wait first; undefined: they wait. */
  leadTo(port: number | undefined): void;
  close(): void;
}

/**
 * Listens on loopback: on `port` (0: a free one) or, when that is taken, on one of the next `furtherPorts`.
 *
 * @throws LocalError `port-taken`.
 */
export async function openFrontDoor(port: number, furtherPorts: number): Promise<FrontDoor> {
  const open = new Set<Socket>();
  const waiting = new Set<Socket>();
  let target: number | undefined;
  const lead = (connection: Socket): void => {
    if (target === undefined) waiting.add(connection);
    else join(connection, target, () => lead(connection));
  };
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (connection) => {
    open.add(connection);
    connection.once("close", () => {
      open.delete(connection);
      waiting.delete(connection);
    });
    connection.on("error", () => connection.destroy());
    lead(connection);
  });
  const found = await listen(server, port, furtherPorts);
  return {
    port: found,
    leadTo: (next) => {
      target = next;
      const led = [...waiting];
      waiting.clear();
      for (const connection of led) lead(connection);
    },
    close: () => {
      server.close();
      for (const connection of open) connection.destroy();
    },
  };
}

/** What a process says first on every connection: it has taken it. A process that is just ending says nothing. */
export const GREETING = Buffer.of(0);

/** Joins both ends once the process has taken the connection. Until then nothing is read, and another can be tried. */
function join(connection: Socket, port: number, otherwise: () => void): void {
  const inner = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  let joined = false;
  inner.once("readable", () => {
    if (inner.read(GREETING.byteLength) === null) return;
    joined = true;
    connection.pipe(inner);
    inner.pipe(connection);
  });
  inner.on("error", () => inner.destroy());
  inner.once("close", () => {
    if (joined) connection.destroySoon();
    // By the next turn the door knows that the process has ended.
    else if (!connection.destroyed) setTimeout(otherwise, RETRY_PAUSE);
  });
  inner.once("end", () => joined || inner.destroy());
  connection.once("close", () => inner.destroy());
}

/** Milliseconds. */
const RETRY_PAUSE = 10;

/** Listens on loopback: on `port` or one of the next. @throws LocalError `port-taken`. */
export async function listen(server: Server, port: number, furtherPorts: number): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + furtherPorts, 65_535);
  for (let tried = port; tried <= last; tried += 1) {
    try {
      return await listenOnLoopback(server, tried);
    } catch (error) {
      if (!isRecord(error) || error["code"] !== "EADDRINUSE") throw error;
    }
  }
  const taken = last > port ? `Ports ${port} to ${last} are taken` : `Port ${port} is taken`;
  throw new LocalError("port-taken", `${taken}. Give another port, or 0 for any free one.`, { port });
}
