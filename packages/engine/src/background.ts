export { createDeadLetterDrain, type DeadLetterDrain } from "./dead-letters.ts";
export { nextSweep, sweep, type SweepReport } from "./sweeper.ts";
export { createWorker, type Worker } from "./worker.ts";
