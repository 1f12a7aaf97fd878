import { setTimeout as pause } from "node:timers/promises";
import { startOperators } from "./operators.ts";
import { answerOf, type Plan } from "./shapes.ts";

/** An attempt on a stopped process is given up after this, and repeated. Milliseconds. */
const ATTEMPT_LIMIT = 4_000;

/** Clients at the same time. */
const LANES = 16;

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 800;

export interface Clients {
  /** Acknowledged so far. */
  readonly started: () => number;
  readonly answered: () => number;
  /** Tries that got no acknowledgement. */
  readonly repeated: () => number;
  /** Acknowledged pauses that an acknowledged resume has ended. */
  readonly paused: () => number;
  /** Answers those of them that ask and have not been answered. */
  answer(ids: readonly string[]): void;
  /** Resumes those of them whose own resume was acknowledged: a pause that nobody waited for any more came after it. */
  release(ids: readonly string[]): void;
  /** Settles when every start and every answer asked for so far is acknowledged. */
  settled(): Promise<void>;
  stop(): void;
}

/** Clients that repeat every request, with the same instance id, until it is acknowledged. */
export function startClients(url: string, plans: readonly Plan[]): Clients {
  const counts = { started: 0, answered: 0, repeated: 0 };
  const stopping = new AbortController();
  const asking = new Map(plans.filter(({ shape }) => shape.name === "wait").map((own) => [own.id, own]));
  const open = new Set<Promise<void>>();
  const post = (path: string, body: object): Promise<void> =>
    untilAcknowledged(`${url}${path}`, body, stopping.signal, () => (counts.repeated += 1));
  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => open.delete(tracked));
    // Only stopping the clients makes it reject; whoever waits for all of them sees that.
    tracked.catch(() => {});
    open.add(tracked);
  };
  const answer = ({ id, seed }: Plan): void => {
    if (!asking.delete(id)) return;
    const answered = post(`/answer/${id}`, { answer: answerOf(seed) });
    track(answered.then(() => void (counts.answered += 1)));
  };
  const operators = startOperators(post, stopping.signal);
  const queue = [...plans];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await post("/start", { id: next.id, shape: next.shape.name, seed: next.seed });
      counts.started += 1;
      if (next.answeredEarly) answer(next);
      if (next.pausedFor !== undefined) track(operators.interrupt(next, next.pausedFor));
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  const byId = new Map(plans.map((own) => [own.id, own]));
  return {
    started: () => counts.started,
    answered: () => counts.answered,
    paused: operators.paused,
    repeated: () => counts.repeated,
    answer: (ids) => {
      for (const id of ids) {
        const own = byId.get(id);
        if (own) answer(own);
      }
    },
    release: (ids) => {
      for (const id of ids) track(operators.release(id));
    },
    settled: async () => {
      await lanes;
      while (open.size > 0) await Promise.all(open);
    },
    stop: () => stopping.abort(),
  };
}

async function untilAcknowledged(url: string, body: object, stop: AbortSignal, onRepeat: () => void): Promise<void> {
  for (let wait = FIRST_PAUSE; !(await acknowledged(url, body, stop)); wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    stop.throwIfAborted();
    onRepeat();
    await pause(wait);
  }
}

/** False for no connection, no answer in time and any answer but a good one. */
async function acknowledged(url: string, body: object, stop: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_LIMIT)]),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
