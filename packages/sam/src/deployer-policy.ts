/** What deploying needs for one thing: calls of `stephooks deploy`, or of CloudFormation on the deployer's behalf. */
export interface DeployerGrant {
  readonly actions: readonly string[];
  /** ARNs with `${…}` of the bootstrap template in them; `*` only where AWS knows no resource for an action. */
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const here = "${AWS::Region}:${AWS::AccountId}";
/** An ARN of the account and region of the bootstrap. */
export const arnHere = (service: string, rest: string): string => `arn:\${AWS::Partition}:${service}:${here}:${rest}`;
/** CloudFormation's names of resources begin with the stack's. */
export const named = (service: string, before: string): string => arnHere(service, `${before}\${Stacks}-*`);
const onFunctions = { ArnLike: { "lambda:FunctionArn": named("lambda", "function:") } };

export const prefixed = (service: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${service}:${name}`);

/** What `stephooks deploy`, `diff`, `env` and `remove` call themselves. */
export const commandGrants: Readonly<Record<string, DeployerGrant>> = {
  Stacks: {
    actions: prefixed(
      "cloudformation",
      "CreateChangeSet",
      "DeleteChangeSet",
      "DeleteStack",
      "DescribeChangeSet",
      "DescribeStackEvents",
      "DescribeStacks",
      "ExecuteChangeSet",
      "GetTemplate",
      // The SAM CLI asks which parameters a stack has.
      "GetTemplateSummary",
      "ListChangeSets",
      "ListStackResources",
    ),
    resources: [arnHere("cloudformation", "stack/${Stacks}/*")],
  },
  Transform: {
    actions: ["cloudformation:CreateChangeSet"],
    resources: ["arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/Serverless-2016-10-31"],
  },
  // CloudFormation reads template and code as the one who deploys.
  Code: { actions: prefixed("s3", "GetObject", "PutObject"), resources: ["${CodeBucket.Arn}/*"] },
  Variables: {
    actions: prefixed("ssm", "DeleteParameter", "GetParametersByPath", "PutParameter"),
    resources: [
      arnHere("ssm", "parameter/stephooks/${Stacks}/env"),
      arnHere("ssm", "parameter/stephooks/${Stacks}/env/*"),
    ],
  },
  // Which instances stand on a removed step.
  Instances: {
    actions: prefixed("dynamodb", "BatchGetItem", "GetItem", "Query"),
    resources: [named("dynamodb", "table/"), `${named("dynamodb", "table/")}/index/list`],
  },
  // `remove --delete-data`; the table's DeleteTable is below.
  Files: {
    actions: prefixed("s3", "DeleteObject", "DeleteObjectVersion", "ListBucketVersions"),
    resources: [
      "arn:${AWS::Partition}:s3:::${Stacks}-filesbucket-*",
      "arn:${AWS::Partition}:s3:::${Stacks}-filesbucket-*/*",
    ],
  },
};

/** What CloudFormation calls to make, change, read and remove a resource, by its type. */
export const resourceGrants: Readonly<Record<string, DeployerGrant>> = {
  "AWS::ApiGatewayV2": {
    // Tags have no action of their own: they are a path.
    actions: prefixed("apigateway", "DELETE", "GET", "PATCH", "POST", "PUT"),
    resources: ["/apis", "/apis/*", "/tags/*"].map(
      (path) => `arn:\${AWS::Partition}:apigateway:\${AWS::Region}::${path}`,
    ),
  },
  "AWS::CloudWatch::Alarm": {
    actions: prefixed(
      "cloudwatch",
      "DeleteAlarms",
      "DescribeAlarms",
      "ListTagsForResource",
      "PutMetricAlarm",
      "TagResource",
      "UntagResource",
    ),
    resources: [named("cloudwatch", "alarm:")],
  },
  "AWS::DynamoDB::Table": {
    actions: prefixed(
      "dynamodb",
      "CreateTable",
      "DeleteTable",
      "DescribeContinuousBackups",
      "DescribeContributorInsights",
      "DescribeKinesisStreamingDestination",
      "DescribeTable",
      "DescribeTimeToLive",
      "GetResourcePolicy",
      "ListTagsOfResource",
      "TagResource",
      "UntagResource",
      "UpdateContinuousBackups",
      "UpdateTable",
      "UpdateTimeToLive",
    ),
    resources: [named("dynamodb", "table/")],
  },
  "AWS::IAM::Role": {
    actions: prefixed(
      "iam",
      "CreateRole",
      "DeleteRole",
      "DeleteRolePolicy",
      "GetRole",
      "GetRolePolicy",
      "ListAttachedRolePolicies",
      "ListRolePolicies",
      "PutRolePolicy",
      "TagRole",
      "UntagRole",
      "UpdateAssumeRolePolicy",
    ),
    resources: ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Stacks}-*"],
  },
  PassRole: {
    actions: ["iam:PassRole"],
    resources: ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Stacks}-*"],
    condition: { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } },
  },
  "AWS::Lambda::EventSourceMapping": {
    actions: prefixed(
      "lambda",
      "CreateEventSourceMapping",
      "DeleteEventSourceMapping",
      "GetEventSourceMapping",
      "UpdateEventSourceMapping",
    ),
    // A mapping's name is a random id, and creating one has no resource: the function it is for is what is allowed.
    resources: ["*"],
    condition: onFunctions,
  },
  "AWS::Lambda::Function": {
    actions: prefixed(
      "lambda",
      "AddPermission",
      "CreateFunction",
      "CreateFunctionUrlConfig",
      "DeleteFunction",
      "DeleteFunctionUrlConfig",
      "GetFunction",
      "GetFunctionCodeSigningConfig",
      "GetFunctionConfiguration",
      "GetFunctionRecursionConfig",
      "GetFunctionUrlConfig",
      "GetPolicy",
      "GetRuntimeManagementConfig",
      "ListTags",
      "PutFunctionRecursionConfig",
      "RemovePermission",
      "TagResource",
      "UntagResource",
      "UpdateFunctionCode",
      "UpdateFunctionConfiguration",
      "UpdateFunctionUrlConfig",
    ),
    resources: [named("lambda", "function:")],
  },
  "AWS::Logs::LogGroup": {
    actions: prefixed(
      "logs",
      "CreateLogGroup",
      "DeleteLogGroup",
      "DeleteRetentionPolicy",
      "ListTagsForResource",
      "PutRetentionPolicy",
      "TagResource",
      "UntagResource",
    ),
    resources: [arnHere("logs", "log-group:/aws/lambda/${Stacks}-*")],
  },
  FindLogGroups: { actions: ["logs:DescribeLogGroups"], resources: [arnHere("logs", "log-group:*")] },
  "AWS::S3::Bucket": {
    actions: prefixed(
      "s3",
      "CreateBucket",
      "DeleteBucket",
      "DeleteBucketPolicy",
      "GetBucketPolicy",
      "GetBucketTagging",
      "GetLifecycleConfiguration",
      "PutBucketOwnershipControls",
      "PutBucketPolicy",
      "PutBucketPublicAccessBlock",
      "PutBucketTagging",
      "PutLifecycleConfiguration",
    ),
    resources: ["arn:${AWS::Partition}:s3:::${Stacks}-filesbucket-*"],
  },
  "AWS::SQS::Queue": {
    actions: prefixed(
      "sqs",
      "CreateQueue",
      "DeleteQueue",
      "GetQueueAttributes",
      "GetQueueUrl",
      "ListQueueTags",
      "SetQueueAttributes",
      "TagQueue",
      "UntagQueue",
    ),
    resources: [named("sqs", "")],
  },
  "AWS::Scheduler::Schedule": {
    actions: prefixed("scheduler", "CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"),
    resources: [named("scheduler", "schedule/default/")],
  },
};

/** Under which entry the resources of a type are, where it has none of its own. */
export const grantedWith: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": "AWS::ApiGatewayV2",
  "AWS::ApiGatewayV2::Stage": "AWS::ApiGatewayV2",
  "AWS::Lambda::Permission": "AWS::Lambda::Function",
  "AWS::Lambda::Url": "AWS::Lambda::Function",
  "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
  "AWS::SQS::QueuePolicy": "AWS::SQS::Queue",
};
