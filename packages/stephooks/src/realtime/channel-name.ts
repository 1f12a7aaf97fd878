import { StephooksError } from "../stephooks-error.ts";

/** UTF-8 bytes of a channel's name at the most: it is part of a collection's name. */
const MAX_BYTES = 160;

/**
 * The name of a channel: its path without the slash in front. Otherwise exact, so two paths are never one channel.
 *
 * @throws StephooksError `invalid-argument`.
 */
export function channelName(channel: unknown): string {
  const name = typeof channel === "string" ? channel.replace(/^\//, "") : "";
  if (name !== "" && name.isWellFormed() && Buffer.byteLength(name) <= MAX_BYTES) return name;
  throw new StephooksError("invalid-argument", `A channel is a path of at most ${MAX_BYTES} bytes, such as "/chat".`);
}
