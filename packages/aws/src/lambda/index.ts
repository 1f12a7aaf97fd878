/* What every function needs at its start. Nothing here may lead to the SDK: that is loaded when a port is first used. */
export { AwsError, type AwsErrorCode } from "../aws-error.ts";
export { type AwsSettings, type JobSettings, readAwsSettings } from "../aws-settings.ts";
export { type HttpEvent, type HttpShape, type LambdaHttpResult, type WholeAnswer } from "./http-event.ts";
export { exceededLimit } from "./result-size.ts";
export { type LambdaContext, readLambdaContext } from "./lambda-context.ts";
export { type LambdaEvent, recogniseLambdaEvent, type SqsEvent, type SweepEvent } from "./lambda-event.ts";
export {
  type LambdaResponseStream,
  streamified,
  type StreamingHandler,
  streamResponse,
  streamResult,
} from "./response-stream.ts";
export { parseSqsBatch, type SqsBatch, sqsBatchResult, type SqsBatchResult } from "./sqs-batch.ts";
