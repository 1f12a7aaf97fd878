/** A job as the broker held it before anybody worked: where it stood in which lane. */
export interface WaitingJob {
  readonly job: string;
  readonly topic: string;
  /** The message group it was sent to. */
  readonly lane: string;
}

/** A line of the jobs' own file. */
export interface JobNote {
  readonly topic: string;
  readonly job: string;
  readonly what: "begin" | "end";
}

/** What became of the jobs. */
export interface Verdict {
  readonly done: number;
  readonly lost: number;
  /** How often a job was begun, all jobs together. */
  readonly executions: number;
  /** What is wrong, each in a line; empty when all is well. */
  readonly complaints: readonly string[];
}

/**
 * Every job must have ended at least once; and in each lane a job may begin only when all before it have ended, and no
 * other has begun without ending: it may only be begun again itself.
 */
export function judgeJobs(waiting: readonly WaitingJob[], notes: readonly JobNote[]): Verdict {
  const ended = new Set(notes.filter(({ what }) => what === "end").map(({ job }) => job));
  const lost = waiting.filter(({ job }) => !ended.has(job));
  const known = new Map(waiting.map((entry) => [entry.job, entry]));
  const strangers = notes.filter(({ job }) => !known.has(job));
  const lanes = Map.groupBy(waiting, ({ lane }) => lane);
  return {
    done: waiting.length - lost.length,
    lost: lost.length,
    executions: notes.filter(({ what }) => what === "begin").length,
    complaints: [
      ...lost.map(({ job, topic }) => `${topic} ${job}: never ended`),
      ...strangers.map(({ job, topic }) => `${topic} ${job}: nobody enqueued it`),
      ...[...lanes].flatMap(([lane, jobs]) =>
        orderComplaints(
          jobs.map(({ job }) => job),
          notes.filter(({ job }) => known.get(job)?.lane === lane),
        ),
      ),
    ],
  };
}

function orderComplaints(order: readonly string[], notes: readonly JobNote[]): readonly string[] {
  const ended = new Set<string>();
  let next = 0;
  const complaints: string[] = [];
  for (const { job, topic, what } of notes) {
    const place = order.indexOf(job);
    // The last that ended may come again: it was killed before it could be deleted.
    if (place > next || place < next - 1) {
      complaints.push(`${topic} ${job}: number ${place + 1} of its lane ${what}s where number ${next + 1} was due`);
    }
    if (what === "end" && !ended.has(job)) {
      ended.add(job);
      next += 1;
    }
  }
  return complaints;
}
