import { environmentNames, jobQueueDefinition, stepQueueDefinition, type Timings } from "@stephooks/aws/resources";
import { type GetAtt, getAtt, ref, sub } from "./intrinsic.ts";
import { idPart } from "./logical-id.ts";
import type { Uses } from "./role-resources.ts";
import type { TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";
import { samTags } from "./tags.ts";
import { variableParameter } from "./variables.ts";

/** Seconds. An HTTP API gives up after 30; the function ends first, so the client gets its answer, not a bare 503. */
const HTTP_TIMEOUT = 29;

export interface FunctionFacts {
  readonly codeUri: string;
  readonly handler: string;
  readonly timings: Timings;
  readonly uses: Uses;
  /** Names of the stage's own environment variables. */
  readonly variables: readonly string[];
  readonly sourceMaps: boolean;
}

/** Both functions run the same bundle; the event they get tells which work it is. */
export function functionGlobals({
  codeUri,
  handler,
  sourceMaps,
  timings,
  uses,
  variables,
}: FunctionFacts): TemplateValue {
  return {
    CodeUri: codeUri,
    Handler: handler,
    Runtime: "nodejs24.x",
    Architectures: ["arm64"],
    MemorySize: 256,
    Tags: samTags,
    Environment: {
      Variables: {
        // Before the stage's own: who sets options of Node sets all of them.
        ...(sourceMaps ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
        ...Object.fromEntries(variables.map((name) => [name, ref(variableParameter(name))])),
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
        ...(uses.stored ? { [environmentNames.bucket]: ref("FilesBucket") } : {}),
        ...(uses.jobs ? jobVariables : {}),
      },
    },
  };
}

const jobVariables = {
  [environmentNames.jobQueueUrl]: ref("JobQueue"),
  [environmentNames.jobDeadLetterUrl]: ref("JobDeadLetterQueue"),
  [environmentNames.jobQueueArn]: getAtt("JobQueue", "Arn"),
};

/** The two functions, what invokes them and where they log. */
export function functionResources(timings: Timings, { jobs, sources }: Uses): TemplateResources {
  return {
    HttpLogGroup: logGroup("Http"),
    HttpApi: { Type: "AWS::Serverless::HttpApi", Properties: { StageName: "$default", Tags: samTags } },
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
        Environment: { Variables: { [environmentNames.work]: "messages" } },
        // A workflow's steps are a loop through SQS, which Lambda would stop after about 16 turns.
        RecursiveLoop: "Allow",
        Role: getAtt("WorkerRole", "Arn"),
        LoggingConfig: { LogGroup: ref("WorkerLogGroup") },
      },
    },
    StepQueueMapping: mapping(getAtt("StepQueue", "Arn"), stepQueueDefinition.batchSize),
    StepDeadLetterQueueMapping: mapping(getAtt("StepDeadLetterQueue", "Arn"), stepQueueDefinition.batchSize),
    ...(jobs ? { JobQueueMapping: mapping(getAtt("JobQueue", "Arn"), jobQueueDefinition.batchSize) } : {}),
    ...Object.fromEntries(
      sources.map((arn) => [`SourceMapping${idPart(arn)}`, mapping(arn, stepQueueDefinition.batchSize)]),
    ),
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
function mapping(queueArn: GetAtt | string, batchSize: number): TemplateResource {
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: queueArn,
      FunctionName: ref("WorkerFunction"),
      BatchSize: batchSize,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    },
  };
}
