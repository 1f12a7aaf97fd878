import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "./shapes.ts";

/** Posts until it is acknowledged. */
type Post = (path: string, body: object) => Promise<void>;

export interface Operators {
  /** Acknowledged pauses that an acknowledged resume has ended. */
  readonly paused: () => number;
  /** Pauses the instance, and resumes it when its time is over. */
  interrupt(own: Plan, pausedFor: number): Promise<void>;
  /** Resumes it if its resume was acknowledged before: a pause that nobody waited for any more came after that. */
  release(id: string): Promise<void>;
}

/** Operators who insist on what they ask for. */
export function startOperators(post: Post, stop: AbortSignal): Operators {
  let paused = 0;
  const resumed = new Set<string>();
  const resume = async (id: string): Promise<void> => {
    resumed.delete(id);
    await post(`/resume/${id}`, {});
    resumed.add(id);
  };
  return {
    paused: () => paused,
    interrupt: async ({ id }, pausedFor) => {
      await post(`/pause/${id}`, {});
      await sleep(pausedFor, undefined, { signal: stop });
      await resume(id);
      paused += 1;
    },
    release: async (id) => {
      if (resumed.has(id)) await resume(id);
    },
  };
}
