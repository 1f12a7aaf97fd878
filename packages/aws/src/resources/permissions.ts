/**
 * Every IAM action this package's code can need, grouped by who needs it. The template grants exactly these; a call
 * that is added to an adapter is added here.
 */

/** What instances, their histories and documents need on the table itself. No scan of the table, no transaction. */
export const tableActions = Object.freeze([
  "dynamodb:GetItem",
  "dynamodb:BatchGetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:Query",
] as const);

/**
 * What the instance index and listings by a declared field call, on the indexes: the resource is
 * `<table arn>/index/<name>` for each name in the table definition.
 */
export const indexActions = Object.freeze(["dynamodb:Query"] as const);

/** What the blob store calls, on the objects of its bucket. */
export const fileActions = Object.freeze(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] as const);

/** The same on the bucket. Without it S3 says of an object that is missing that access is denied. */
export const bucketActions = Object.freeze(["s3:ListBucket"] as const);

/** What sending work and putting a received message back later needs, on the step queue and on the job queue. */
export const queueProducerActions = Object.freeze(["sqs:SendMessage", "sqs:ChangeMessageVisibility"] as const);

/** What giving up a job needs, on the dead-letter queue of the job queue. */
export const jobBurialActions = Object.freeze(["sqs:SendMessage"] as const);

/**
 * What the event source mapping needs of the function's role, on every queue the function reads: the step queue and
 * its dead-letter queue, the job queue, and queues of other owners that workers read. The last
 * one is also what looking at the backlog calls, which is done where the queue is consumed.
 */
export const queueConsumerActions = Object.freeze([
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
] as const);
