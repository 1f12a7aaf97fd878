export { createJobRunner, type JobRunner } from "./job-runner.ts";
export { type EnqueuedJob, type EnqueuedJobs, type JobItem, JobSender } from "./job-sender.ts";
export { createSourceRunner, type SourceRunner } from "./source-runner.ts";
export type { JobBody, JobRequest, WorkerFunction, WorkerOptions } from "./worker-function.ts";
export { WorkerList } from "./worker-list.ts";
