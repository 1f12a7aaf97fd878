import {
  bucketActions,
  fileActions,
  indexActions,
  queueConsumerActions,
  queueProducerActions,
  tableActions,
  tableDefinition,
} from "@stephooks/aws/resources";
import { type GetAtt, getAtt, type Sub, sub } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources } from "./sam-template.ts";

interface Grant {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resource: GetAtt | readonly Sub[];
}

/**
 * One role per function, each with what its code calls and nothing else. SAM's own roles would bring managed policies
 * that allow logs and queues on every resource of the account.
 */
export function roleResources({ stored }: { readonly stored: boolean }): TemplateResources {
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
      { sid: "SendSteps", actions: ["sqs:SendMessage"], resource: getAtt("StepQueue", "Arn") },
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
      logs("WorkerLogGroup"),
    ]),
    SweepRole: role("scheduler.amazonaws.com", [
      { sid: "Sweep", actions: ["lambda:InvokeFunction"], resource: getAtt("WorkerFunction", "Arn") },
    ]),
  };
}

/** The group is ours, so creating groups is not needed. Its ARN ends in `:*`, which stands for its streams. */
function logs(group: "HttpLogGroup" | "WorkerLogGroup"): Grant {
  return { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resource: getAtt(group, "Arn") };
}

function role(service: string, grants: readonly Grant[]): TemplateResource {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
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
