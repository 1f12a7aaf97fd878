import { type AttributeDefinition, tableDefinition } from "@stephooks/aws/resources";
import type { TemplateResource, TemplateValue } from "./sam-template.ts";

/** The one table: kept when the stack is deleted, restorable to any second of the last 35 days. */
export function tableResource(): TemplateResource {
  const { partitionKey, sortKey, indexes, localIndexes, ttlAttribute } = tableDefinition;
  const keys = [
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
    ...localIndexes.map((index) => index.sortKey),
  ];
  return {
    Type: "AWS::DynamoDB::Table",
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
    Properties: {
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
      KeySchema: keySchema(partitionKey, sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
      LocalSecondaryIndexes: localIndexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      })),
      TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
      // Encryption at rest with DynamoDB's own key is always on and free; SSESpecification would choose a billed one.
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  };
}

function keySchema(partitionKey: AttributeDefinition, sortKey: AttributeDefinition): TemplateValue {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" },
    { AttributeName: sortKey.name, KeyType: "RANGE" },
  ];
}
