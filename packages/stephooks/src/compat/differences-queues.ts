import type { Difference } from "./difference.ts";

/** Differences of workers and their jobs. Each is tested in `test/jobs`. */
export const queueDifferences: readonly Difference[] = [
  {
    id: "unknown-topic",
    topic: "queues",
    codehooks: "a job for a topic without a worker is accepted and lost",
    stephooks: "enqueue is refused with unknown-topic, which names the topics there are",
    why: "a typing error must not lose work",
    strict: "data",
  },
  {
    id: "failed-jobs-are-tried-again",
    topic: "queues",
    codehooks: "a worker that throws is logged, and its job is gone",
    stephooks: "three attempts unless the worker says otherwise, then the dead-letter queue, with the reason",
    why: "what was accepted is done, or somebody learns why not; res.status(500).end() ends a job as before",
    strict: "data",
  },
  {
    id: "worker-runs-every-function",
    topic: "queues",
    codehooks: "app.worker(topic, a, b) keeps a and drops b without a word",
    stephooks: "b runs when a has called next, as with app.queue",
    why: "a function that was written down must run",
    strict: "safety",
  },
  {
    id: "worker-options-are-checked",
    topic: "queues",
    codehooks: "any options are taken",
    stephooks: "workers and timeout that cannot be are refused with invalid-worker when the app starts",
    why: "workers: 0 would be a queue that nobody empties",
    strict: "defect",
  },
  {
    id: "jobs-are-messages",
    topic: "queues",
    codehooks: "waiting jobs are documents of the collection _queue_ and the topic's name",
    stephooks: "they are messages of an SQS queue; no collection shows them",
    why: "the queue's own order, pace and dead letters",
    strict: "host",
  },
];
