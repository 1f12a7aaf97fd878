import { queueConsumerActions, queueProducerActions, tableActions } from "@stephooks/aws/resources";
import { type GetAtt, getAtt } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources } from "./sam-template.ts";

interface Grant {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resource: GetAtt;
}

/**
 * One role per function, each with what its code calls and nothing else. SAM's own roles would bring managed policies
 * that allow logs and queues on every resource of the account.
 */
export function roleResources(): TemplateResources {
  const table: Grant = { sid: "Table", actions: tableActions, resource: getAtt("Table", "Arn") };
  return {
    HttpRole: role([
      table,
      // A request starts steps; it never holds a received message it could postpone.
      { sid: "SendSteps", actions: ["sqs:SendMessage"], resource: getAtt("StepQueue", "Arn") },
      logs("HttpLogGroup"),
    ]),
    WorkerRole: role([
      table,
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
  };
}

/** The group is ours, so creating groups is not needed. Its ARN ends in `:*`, which stands for its streams. */
function logs(group: "HttpLogGroup" | "WorkerLogGroup"): Grant {
  return { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resource: getAtt(group, "Arn") };
}

function role(grants: readonly Grant[]): TemplateResource {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
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
