import { clearTimeout, setTimeout } from "node:timers";

/** Time as a parameter. Epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Calls `fire` once after `milliseconds`; the returned function cancels it. */
  timer(milliseconds: number, fire: () => void): () => void;
}

/** The machine's own clock. Its timers are Node's own even where a host has replaced the global ones. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (milliseconds, fire) => {
    const handle = setTimeout(fire, milliseconds);
    return () => clearTimeout(handle);
  },
};
