import { tableDefinition } from "@stephooks/aws/resources";
import { describe, expect, test } from "vitest";
import { tableResource } from "../src/table-resource.ts";

describe("the table", () => {
  test("outlives the stack, is encrypted and can be restored", () => {
    expect(tableResource()).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        BillingMode: "PAY_PER_REQUEST",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: tableDefinition.ttlAttribute, Enabled: true },
      },
    });
  });

  test("declares each key attribute once, with its type", () => {
    expect(tableResource().Properties["AttributeDefinitions"]).toEqual(
      Object.entries({
        pk: "S",
        sk: "S",
        gp: "S",
        gs: "N",
        lp: "S",
        ls: "S",
        f1: "S",
        f2: "S",
        f3: "S",
        f4: "S",
        f5: "S",
      }).map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
    );
  });

  test("has the definition's local indexes, with whole items", () => {
    expect(tableResource().Properties["LocalSecondaryIndexes"]).toEqual(
      [1, 2, 3, 4, 5].map((slot) => ({
        IndexName: `field${slot}`,
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: `f${slot}`, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      })),
    );
  });

  test("has the definition's indexes, keys only", () => {
    expect(tableResource().Properties["GlobalSecondaryIndexes"]).toEqual(
      tableDefinition.indexes.map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: partitionKey.name, KeyType: "HASH" },
          { AttributeName: sortKey.name, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      })),
    );
  });
});
