import { type InstanceHead, isInstanceId, type Ports } from "@stephooks/core";
import { EngineError } from "./engine-error.ts";

/** Strongly consistent. @throws EngineError `unknown-instance`. */
export async function readInstance(id: unknown, ports: Ports): Promise<InstanceHead> {
  const head = isInstanceId(id) ? (await ports.instances.read([id])).get(id) : undefined;
  if (head) return head;
  throw new EngineError(
    "unknown-instance",
    `No instance ${showId(id)}. Use the _id that start returned; finished instances may have expired.`,
  );
}

/** What was given as an id, for a message. Never throws, whatever it is. */
export function showId(id: unknown): string {
  return typeof id === "string" ? JSON.stringify(id.slice(0, 200)) : `of type ${typeof id}`;
}
