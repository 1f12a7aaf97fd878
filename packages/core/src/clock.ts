/** Time as a parameter. Epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Calls `fire` once after `milliseconds`; the returned function cancels it. */
  timer(milliseconds: number, fire: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (milliseconds, fire) => {
    const handle = setTimeout(fire, milliseconds);
    return () => clearTimeout(handle);
  },
};
