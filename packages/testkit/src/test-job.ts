import type { MemoryJobQueue } from "@stephooks/contracts";
import { type DeadJob, type Job, type JsonValue, parseDeadJob, parseJob } from "@stephooks/core";

/** A job of `app.worker` that is not done. */
export interface TestJob {
  readonly topic: string;
  readonly jobId: string;
  /** What the worker gets as `req.body._id`. */
  readonly id: string;
  readonly payload: JsonValue;
  /** When it can be received (again), epoch milliseconds; of a dead one, when it died. */
  readonly dueAt: number;
  /** How it ended, when it was given up. */
  readonly death?: Pick<DeadJob, "attempts" | "code" | "reason">;
}

/** Waiting ones in the order they were sent, then the dead. Bodies that are none of ours are left out. */
export function testJobs(queue: MemoryJobQueue): readonly TestJob[] {
  const waiting = queue.messages().flatMap(({ body, visibleAt }) => {
    const parsed = parseJob(body);
    return parsed.ok ? [shown(parsed.job, visibleAt)] : [];
  });
  const dead = queue.dead().flatMap((body) => {
    const parsed = parseDeadJob(body);
    if (parsed === undefined) return [];
    const { attempts, code, diedAt, job, reason } = parsed;
    return [{ ...shown(job, diedAt), death: { attempts, code, reason } }];
  });
  return [...waiting, ...dead];
}

function shown({ id, item, payload, topic }: Job, dueAt: number): TestJob {
  return { topic, jobId: id, id: item, payload, dueAt };
}
