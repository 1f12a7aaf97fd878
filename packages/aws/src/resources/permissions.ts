/**
 * Every IAM action this package's code can need, grouped by who needs it. The template grants exactly these; a call
 * that is added to an adapter is added here.
 */

/** What the instance store calls, on the table itself. No scan, no delete, no query. */
export const tableActions = Object.freeze([
  "dynamodb:GetItem",
  "dynamodb:BatchGetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
] as const);

/**
 * What the instance index calls, on the two indexes and not on the table: the resource is `<table arn>/index/*`, best
 * rendered as `<table arn>/index/due` and `<table arn>/index/list` by the names in the table definition.
 */
export const indexActions = Object.freeze(["dynamodb:Query"] as const);

/** What sending work and putting a received message back later needs, on the step queue. */
export const queueProducerActions = Object.freeze(["sqs:SendMessage", "sqs:ChangeMessageVisibility"] as const);

/**
 * What the event source mapping needs of the function's role, on the step queue and its dead-letter queue. The last
 * one is also what looking at the backlog calls, which is done where the queue is consumed.
 */
export const queueConsumerActions = Object.freeze([
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
] as const);
