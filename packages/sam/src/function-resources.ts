import { environmentNames, stepQueueDefinition, type Timings } from "@stephooks/aws/resources";
import { getAtt, ref, sub } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";

/** Seconds. An HTTP API gives up after 30; the function ends first, so the client gets its answer, not a bare 503. */
const HTTP_TIMEOUT = 29;

export interface FunctionFacts {
  readonly codeUri: string;
  readonly handler: string;
  readonly timings: Timings;
  /** Whether the app keeps files. */
  readonly stored: boolean;
}

/** Both functions run the same bundle; the event they get tells which work it is. */
export function functionGlobals({ codeUri, handler, stored, timings }: FunctionFacts): TemplateValue {
  return {
    CodeUri: codeUri,
    Handler: handler,
    Runtime: "nodejs24.x",
    Architectures: ["arm64"],
    MemorySize: 256,
    Environment: {
      Variables: {
        [environmentNames.table]: ref("Table"),
        [environmentNames.stepQueueUrl]: ref("StepQueue"),
        [environmentNames.stepDeadLetterArn]: getAtt("StepDeadLetterQueue", "Arn"),
        [environmentNames.functionTimeout]: String(timings.functionTimeout),
        [environmentNames.visibilityTimeout]: String(timings.visibilityTimeout),
        [environmentNames.space]: ref("Space"),
        [environmentNames.apiKeySha256]: ref("ApiKeySha256"),
        [environmentNames.jwksUrl]: ref("JwksUrl"),
        [environmentNames.jwtIssuer]: ref("JwtIssuer"),
        [environmentNames.jwtAudience]: ref("JwtAudience"),
        [environmentNames.logLevel]: ref("LogLevel"),
        ...(stored ? { [environmentNames.bucket]: ref("FilesBucket") } : {}),
      },
    },
  };
}

/** The two functions, what invokes them and where they log. */
export function functionResources(timings: Timings): TemplateResources {
  return {
    HttpLogGroup: logGroup("Http"),
    HttpApi: { Type: "AWS::Serverless::HttpApi", Properties: { StageName: "$default" } },
    HttpFunction: {
      Type: "AWS::Serverless::Function",
      Properties: {
        Timeout: HTTP_TIMEOUT,
        Role: getAtt("HttpRole", "Arn"),
        LoggingConfig: { LogGroup: ref("HttpLogGroup") },
        Events: {
          EveryRequest: { Type: "HttpApi", Properties: { ApiId: ref("HttpApi"), PayloadFormatVersion: "2.0" } },
        },
      },
    },
    WorkerLogGroup: logGroup("Worker"),
    WorkerFunction: {
      Type: "AWS::Serverless::Function",
      Properties: {
        Timeout: timings.functionTimeout,
        // A workflow's steps are a loop through SQS, which Lambda would stop after about 16 turns.
        RecursiveLoop: "Allow",
        Role: getAtt("WorkerRole", "Arn"),
        LoggingConfig: { LogGroup: ref("WorkerLogGroup") },
      },
    },
    StepQueueMapping: mapping("StepQueue"),
    StepDeadLetterQueueMapping: mapping("StepDeadLetterQueue"),
    SweepSchedule: {
      Type: "AWS::Scheduler::Schedule",
      Properties: {
        Description: "Wakes the waits and delays that end in the next minute",
        ScheduleExpression: "rate(1 minute)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: getAtt("WorkerFunction", "Arn"),
          RoleArn: getAtt("SweepRole", "Arn"),
          Input: '{"stephooks":"sweep","scheduledAt":"<aws.scheduler.scheduled-time>"}',
          // A pass that is late is made up for by the next ones.
          RetryPolicy: { MaximumRetryAttempts: 0 },
        },
      },
    },
  };
}

function logGroup(name: string): TemplateResource {
  return {
    Type: "AWS::Logs::LogGroup",
    Properties: {
      LogGroupName: sub(`/aws/lambda/\${AWS::StackName}-${name}`),
      RetentionInDays: ref("LogRetentionDays"),
    },
  };
}

/** Without a batching window: a step waits for nobody. */
function mapping(queue: "StepQueue" | "StepDeadLetterQueue"): TemplateResource {
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: getAtt(queue, "Arn"),
      FunctionName: ref("WorkerFunction"),
      BatchSize: stepQueueDefinition.batchSize,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    },
  };
}
