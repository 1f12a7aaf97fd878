import { getAtt, ref } from "./intrinsic.ts";
import type { TemplateResources, TemplateValue } from "./sam-template.ts";

/** Seconds. Nothing in front gives up earlier; an endless answer is cut here, and its client connects again. */
const STREAM_TIMEOUT = 900;

export const streamConditions: { readonly [id: string]: TemplateValue } = {
  HasStreamUrl: { "Fn::Equals": [ref("StreamUrl"), "yes"] },
};

/**
 * The same app behind a Function URL that streams, made on request: an API Gateway HTTP API collects an answer before
 * it sends it. The URL lets everybody in, the app's own checks do not.
 */
export function streamResources(handler: string): TemplateResources {
  return {
    StreamFunction: {
      Type: "AWS::Serverless::Function",
      Condition: "HasStreamUrl",
      Properties: {
        // An export of its own: the runtime client of Node 24 finds none in a function's properties.
        Handler: handler.replace(/[^.]+$/, "streaming"),
        Timeout: STREAM_TIMEOUT,
        Role: getAtt("HttpRole", "Arn"),
        LoggingConfig: { LogGroup: ref("HttpLogGroup") },
        FunctionUrlConfig: { AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" },
      },
    },
  };
}
