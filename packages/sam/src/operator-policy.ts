import { arnHere, type DeployerGrant as Grant, named, prefixed } from "./deployer-policy.ts";

/** IAM's asterisk stands for slashes, too: this is the table with its indexes. */
const table = named("dynamodb", "table/");
const bucket = "arn:${AWS::Partition}:s3:::${Stacks}-filesbucket-*";

/** What the verbs that only look at a running app call: `workflow list`, `queue list`, `db query`, `logs` and the like. */
export const operatorReads: Readonly<Record<string, Grant>> = {
  Stacks: {
    actions: prefixed("cloudformation", "DescribeStacks", "ListStackResources"),
    resources: [arnHere("cloudformation", "stack/${Stacks}/*")],
  },
  Data: { actions: prefixed("dynamodb", "BatchGetItem", "GetItem", "Query"), resources: [table] },
  Queues: { actions: ["sqs:GetQueueAttributes"], resources: [named("sqs", "")] },
  Files: { actions: ["s3:ListBucket"], resources: [bucket] },
  Logs: {
    actions: ["logs:FilterLogEvents"],
    resources: [arnHere("logs", "log-group:/aws/lambda/${Stacks}-*")],
  },
};

/** What the others call besides. Looking into a queue is receiving, which hides messages and counts. */
export const operatorWrites: Readonly<Record<string, Grant>> = {
  Data: { actions: prefixed("dynamodb", "DeleteItem", "PutItem", "UpdateItem"), resources: [table] },
  Queues: {
    actions: prefixed("sqs", "ChangeMessageVisibility", "DeleteMessage", "PurgeQueue", "ReceiveMessage", "SendMessage"),
    resources: [named("sqs", "")],
  },
  Files: { actions: prefixed("s3", "DeleteObject", "PutObject"), resources: [`${bucket}/*`] },
};
