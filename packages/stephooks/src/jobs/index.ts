export { type EnqueuedJob, type EnqueuedJobs, type JobItem, JobSender } from "./job-sender.ts";
export type { JobBody, JobRequest, WorkerFunction, WorkerOptions } from "./worker-function.ts";
export { WorkerList } from "./worker-list.ts";
