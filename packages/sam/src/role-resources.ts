import {
  bucketActions,
  fileActions,
  indexActions,
  queueConsumerActions,
  queueProducerActions,
  tableActions,
  tableDefinition,
} from "@stephooks/aws/resources";
import { type GetAtt, getAtt, ref, type Sub, sub } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";

interface Grant {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resource: GetAtt | readonly Sub[] | readonly string[];
}

/** What an app uses of what not every app needs. */
export interface Uses {
  /** Whether it keeps files. */
  readonly stored: boolean;
  /** Whether it has workers with jobs of its own. */
  readonly jobs: boolean;
  /** ARNs of the queues of the account that its workers read. */
  readonly sources: readonly string[];
  /** Whether something of it runs by the calendar. */
  readonly ticks: boolean;
}

/**
 * One role per function, each with what its code calls and nothing else. SAM's own roles would bring managed policies
 * that allow logs and queues on every resource of the account.
 */
export function roleResources({ jobs, sources, stored, ticks }: Uses): TemplateResources {
  const table: Grant = { sid: "Table", actions: tableActions, resource: getAtt("Table", "Arn") };
  // Both list instances and documents; the worker's sweeper reads what is due.
  const indexes: Grant = {
    sid: "Indexes",
    actions: indexActions,
    resource: [...tableDefinition.indexes, ...tableDefinition.localIndexes].map(({ name }) =>
      sub(`\${Table.Arn}/index/${name}`),
    ),
  };
  const files: readonly Grant[] = stored
    ? [
        { sid: "Files", actions: fileActions, resource: [sub("${FilesBucket.Arn}/*")] },
        { sid: "ListFiles", actions: bucketActions, resource: getAtt("FilesBucket", "Arn") },
      ]
    : [];
  return {
    HttpRole: role("lambda.amazonaws.com", [
      table,
      indexes,
      ...files,
      // A request starts steps; it never holds a received message it could postpone.
      sendTo("SendSteps", "StepQueue"),
      ...(jobs ? [sendTo("SendJobs", "JobQueue")] : []),
      logs("HttpLogGroup"),
    ]),
    WorkerRole: role("lambda.amazonaws.com", [
      table,
      indexes,
      ...files,
      {
        sid: "SendAndReceiveSteps",
        actions: [...queueConsumerActions, ...queueProducerActions],
        resource: getAtt("StepQueue", "Arn"),
      },
      {
        sid: "DrainDeadLetters",
        actions: queueConsumerActions,
        resource: getAtt("StepDeadLetterQueue", "Arn"),
      },
      ...(jobs ? jobGrants : []),
      ...(sources.length === 0 ? [] : [{ sid: "ReadSources", actions: queueConsumerActions, resource: sources }]),
      logs("WorkerLogGroup"),
    ]),
    SweepRole: role("scheduler.amazonaws.com", [
      { sid: "Sweep", actions: ["lambda:InvokeFunction"], resource: getAtt("WorkerFunction", "Arn") },
    ]),
    ...(ticks ? { TickRole: role("scheduler.amazonaws.com", [sendTo("SendTicks", "StepQueue")]) } : {}),
  };
}

const jobGrants: readonly Grant[] = [
  {
    sid: "SendAndReceiveJobs",
    actions: [...queueConsumerActions, ...queueProducerActions],
    resource: getAtt("JobQueue", "Arn"),
  },
  sendTo("BuryJobs", "JobDeadLetterQueue"),
];

function sendTo(sid: string, queue: "StepQueue" | "JobQueue" | "JobDeadLetterQueue"): Grant {
  return { sid, actions: ["sqs:SendMessage"], resource: getAtt(queue, "Arn") };
}

/** The group is ours, so creating groups is not needed. Its ARN ends in `:*`, which stands for its streams. */
function logs(group: "HttpLogGroup" | "WorkerLogGroup"): Grant {
  return { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resource: getAtt(group, "Arn") };
}

/** Functions are made with their role in this stack; EventBridge Scheduler serves whoever names a role to it. */
const schedulerCondition = { Condition: { StringEquals: { "aws:SourceAccount": ref("AWS::AccountId") } } };

function role(service: "lambda.amazonaws.com" | "scheduler.amazonaws.com", grants: readonly Grant[]): TemplateResource {
  const trust: TemplateValue = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(service === "scheduler.amazonaws.com" ? schedulerCondition : {}),
  };
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [trust],
      },
      Policies: [
        {
          PolicyName: "function",
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: grants.map(({ sid, actions, resource }) => ({
              Sid: sid,
              Effect: "Allow",
              Action: actions,
              Resource: resource,
            })),
          },
        },
      ],
    },
  };
}
