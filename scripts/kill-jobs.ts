/*
 * `pnpm kill-jobs`: kills the worker process with SIGKILL again and again while it works on 300 jobs of three topics,
 * and counts afterwards what became of them: by the file the jobs wrote and a look into the broker's own file. No job
 * throws, so each must have been done, and in the order of its lane.
 */
import { killJobs } from "./kill-jobs/kill-jobs.ts";

const KILLS = 8;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { complaints, done, enqueued, executions, lanes, left, lost } = await killJobs({ jobs: 100, kills: KILLS, say });
for (const complaint of complaints) say(complaint);
say(`worker killed ${KILLS} times; ${executions} executions of ${enqueued} jobs in ${lanes} lanes`);
say(`messages left in job queue and dead-letter queue: ${left}`);
say(`${enqueued} enqueued, ${done} done, ${lost} lost, ${complaints.length} complaints`);
if (complaints.length > 0 || lost > 0 || left > 0) process.exitCode = 1;
