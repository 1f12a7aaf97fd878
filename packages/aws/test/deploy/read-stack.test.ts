import { createCloudFormationClient, readStack } from "@stephooks/aws/deploy";
import { expect, test } from "vitest";
import { controlPlane, type ControlPlaneAnswer } from "./control-plane.ts";

// Shapes of the CloudFormation API reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference
const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const id = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop-prod/aaf549a0-a413-11df-adb3-5081b3858e83";

const described = `<DescribeStacksResponse xmlns="${namespace}">
  <DescribeStacksResult>
    <Stacks>
      <member>
        <StackId>${id}</StackId>
        <StackName>shop-prod</StackName>
        <CreationTime>2026-07-27T22:26:28Z</CreationTime>
        <StackStatus>UPDATE_ROLLBACK_COMPLETE</StackStatus>
        <StackStatusReason>The following resource(s) failed to update: [Table].</StackStatusReason>
        <DisableRollback>false</DisableRollback>
        <Parameters>
          <member><ParameterKey>ApiKeySha256</ParameterKey><ParameterValue>****</ParameterValue></member>
          <member><ParameterKey>JwksUrl</ParameterKey><ParameterValue></ParameterValue></member>
        </Parameters>
        <Outputs>
          <member><OutputKey>TableName</OutputKey><OutputValue>shop-prod-Table-1A2B</OutputValue></member>
          <member>
            <Description>Steps &amp; more.</Description>
            <OutputKey>StepQueueUrl</OutputKey>
            <OutputValue>https://sqs.us-east-1.amazonaws.com/123456789012/shop-prod-StepQueue-3C</OutputValue>
          </member>
        </Outputs>
        <Tags><member><Key>stephooks:app</Key><Value>shop</Value></member></Tags>
      </member>
    </Stacks>
  </DescribeStacksResult>
  <ResponseMetadata><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ResponseMetadata>
</DescribeStacksResponse>`;

const resourcePage = (logicalId: string, type: string, physicalId: string | undefined, next?: string): string =>
  `<ListStackResourcesResponse xmlns="${namespace}">
  <ListStackResourcesResult>
    <StackResourceSummaries>
      <member>
        <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
        <LogicalResourceId>${logicalId}</LogicalResourceId>
        <LastUpdatedTimestamp>2026-06-21T20:25:57Z</LastUpdatedTimestamp>
        ${physicalId === undefined ? "" : `<PhysicalResourceId>${physicalId}</PhysicalResourceId>`}
        <ResourceType>${type}</ResourceType>
      </member>
    </StackResourceSummaries>
    ${next === undefined ? "" : `<NextToken>${next}</NextToken>`}
  </ListStackResourcesResult>
  <ResponseMetadata><RequestId>2d06e36c-ac1d-11e0-a958-example</RequestId></ResponseMetadata>
</ListStackResourcesResponse>`;

const failure = (code: string, message: string): string => `<ErrorResponse xmlns="${namespace}">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>
  <RequestId>21113b58-b7e4-11e2-91fa-example</RequestId>
</ErrorResponse>`;

const xml = (body: string, status = 200): ControlPlaneAnswer => ({ status, type: "text/xml", body });

test("a stack is read with its outputs and every page of its resources", async () => {
  const plane = await controlPlane(({ body }) => {
    const form = new URLSearchParams(body);
    if (form.get("Action") === "DescribeStacks") return xml(described);
    return xml(
      form.get("NextToken") === "page two"
        ? resourcePage("HttpFunction", "AWS::Lambda::Function", undefined)
        : resourcePage("Table", "AWS::DynamoDB::Table", "shop-prod-Table-1A2B", "page two"),
    );
  });
  expect(await readStack(createCloudFormationClient(plane.options), "shop-prod")).toEqual({
    name: "shop-prod",
    id,
    status: "UPDATE_ROLLBACK_COMPLETE",
    statusReason: "The following resource(s) failed to update: [Table].",
    outputs: {
      TableName: "shop-prod-Table-1A2B",
      StepQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/shop-prod-StepQueue-3C",
    },
    parameters: { ApiKeySha256: "****", JwksUrl: "" },
    tags: { "stephooks:app": "shop" },
    resources: [
      {
        logicalId: "Table",
        physicalId: "shop-prod-Table-1A2B",
        type: "AWS::DynamoDB::Table",
        status: "CREATE_COMPLETE",
      },
      { logicalId: "HttpFunction", physicalId: "", type: "AWS::Lambda::Function", status: "CREATE_COMPLETE" },
    ],
  });
  expect(plane.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
    { Action: "DescribeStacks", StackName: "shop-prod", Version: "2010-05-15" },
    { Action: "ListStackResources", StackName: id, Version: "2010-05-15" },
    { Action: "ListStackResources", StackName: id, NextToken: "page two", Version: "2010-05-15" },
  ]);
});

test("there is no such stack", async () => {
  const { options } = await controlPlane(() =>
    xml(failure("ValidationError", "Stack with id shop-prod does not exist"), 400),
  );
  expect(await readStack(createCloudFormationClient(options), "shop-prod")).toBeUndefined();
});

test.each([
  [403, "AccessDenied", "User is not authorized to perform: cloudformation:DescribeStacks", "denied"],
  [403, "ExpiredToken", "The security token included in the request is expired", "denied"],
  [400, "ValidationError", "1 validation error detected: Value 'a b' at 'stackName' failed", "invalid"],
])("%i %s is told as it is", async (status, code, message, expected) => {
  const { options } = await controlPlane(() => xml(failure(code, message), status));
  await expect(readStack(createCloudFormationClient(options), "shop-prod")).rejects.toMatchObject({
    code: expected,
    message: `DescribeStacks failed: ${code}: ${message}`,
  });
});

test("throttling is waited out", async () => {
  let calls = 0;
  const { options } = await controlPlane(({ body }) => {
    calls += 1;
    if (calls < 3) return xml(failure("Throttling", "Rate exceeded"), 400);
    return xml(body.includes("DescribeStacks") ? described : resourcePage("Table", "AWS::DynamoDB::Table", "t"));
  });
  expect(await readStack(createCloudFormationClient(options), "shop-prod")).toMatchObject({ id });
  expect(calls).toBe(4);
});
