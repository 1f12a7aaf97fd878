/**
 * Names of the environment variables the handler reads at its first event. The template and the local stack set
 * them; nobody else needs to.
 */
export const environmentNames = Object.freeze({
  /** Name of the one table. */
  table: "STEPHOOKS_TABLE",
  stepQueueUrl: "STEPHOOKS_STEP_QUEUE_URL",
  /** Batches from this queue are drained as dead letters. */
  stepDeadLetterArn: "STEPHOOKS_STEP_DLQ_ARN",
  /** The FIFO queue of the app's workers and its dead-letter queue. Absent when the app has no worker. */
  jobQueueUrl: "STEPHOOKS_JOB_QUEUE_URL",
  jobDeadLetterUrl: "STEPHOOKS_JOB_DLQ_URL",
  /** Batches from this queue are jobs. */
  jobQueueArn: "STEPHOOKS_JOB_QUEUE_ARN",
  /** `messages` makes a function load what works on messages when it starts, not at the first of them. */
  work: "STEPHOOKS_WORK",
  /** Worker's Lambda timeout, seconds. */
  functionTimeout: "STEPHOOKS_FUNCTION_TIMEOUT",
  /** Step queue's visibility timeout, seconds. */
  visibilityTimeout: "STEPHOOKS_VISIBILITY_TIMEOUT",
  /** First path segment that is cut before routing; empty for none. Default `dev`. */
  space: "STEPHOOKS_SPACE",
  /** SHA-256 (hex) of the API key that may call every route. Without it only routes the app opens answer. */
  apiKeySha256: "STEPHOOKS_API_KEY_SHA256",
  /** Where the keys of the token issuer are; empty for no tokens. */
  jwksUrl: "STEPHOOKS_JWKS_URL",
  /** What `iss` and `aud` of a token must be; empty for anything. */
  jwtIssuer: "STEPHOOKS_JWT_ISSUER",
  jwtAudience: "STEPHOOKS_JWT_AUDIENCE",
  /** `open` lets every request in. Set by the local stack on loopback only; never by the template. */
  access: "STEPHOOKS_ACCESS",
  /** `shown` sends messages and stacks of faults to clients. Set by the local stack only; never by the template. */
  errorDetails: "STEPHOOKS_ERROR_DETAILS",
  /** `changes` is the history of workflows that do not choose one. Set by `stephooks dev` only; never by the template. */
  history: "STEPHOOKS_HISTORY",
  /** Lowest level that is logged: debug, info (default), warn or error. */
  logLevel: "STEPHOOKS_LOG_LEVEL",
  /** Endpoints of emulators, read by the AWS clients. */
  dynamodbEndpoint: "AWS_ENDPOINT_URL_DYNAMODB",
  sqsEndpoint: "AWS_ENDPOINT_URL_SQS",
  s3Endpoint: "AWS_ENDPOINT_URL_S3",
  /** Bucket of the app's files. Absent when the app keeps none. */
  bucket: "STEPHOOKS_BUCKET",
  /** Folder with the app's deployed source files. Default: `source` beside the code in Lambda. */
  sourceFolder: "STEPHOOKS_SOURCE",
  /** The bundle's main file, whose content names the deployment. Default: `index.mjs` of the code in Lambda. */
  bundle: "STEPHOOKS_BUNDLE",
} as const);
