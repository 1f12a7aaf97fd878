import { channel } from "node:diagnostics_channel";
import { isRecord } from "@stephooks/core";
import { EmulatorError } from "./emulator-error.ts";

/** Where fastify announces every instance it creates (fastify documentation, "Hooks", diagnostics channel hooks). */
const fastifyCreated = channel("fastify.initialization");

/**
 * Runs a start function that creates one fastify server, and makes that server listen on 127.0.0.1. fauxqs listens
 * on every interface and has no option for it; an emulator without authentication must not be reachable from outside.
 *
 * `onCreated` is given that server. `start` must create the server before its first await: the announcement is heard during the synchronous part only,
 * so that no other server of this process is touched.
 *
 * @throws EmulatorError `did-not-start` when no server was created in that part.
 */
export async function listenOnLoopback<Server extends { stop(): Promise<void> }>(
  start: () => Promise<Server>,
  onCreated: (fastify: unknown) => void = () => {},
): Promise<Server> {
  let bound = false;
  const bind = (announcement: unknown): void => {
    bound = isRecord(announcement) && bindListen(announcement.fastify);
    if (isRecord(announcement)) onCreated(announcement.fastify);
  };
  fastifyCreated.subscribe(bind);
  let starting: Promise<Server>;
  try {
    starting = start();
  } finally {
    fastifyCreated.unsubscribe(bind);
  }
  const server = await starting;
  if (bound) return server;
  await server.stop();
  throw new EmulatorError(
    "did-not-start",
    "The SQS emulator would listen on every network interface, so it was stopped. Use the fauxqs version this package names.",
  );
}

function bindListen(fastify: unknown): boolean {
  if (!isRecord(fastify) || typeof fastify.listen !== "function") return false;
  const listen = fastify.listen;
  return Reflect.set(fastify, "listen", (options: object) =>
    Reflect.apply(listen, fastify, [{ ...options, host: "127.0.0.1" }]),
  );
}
