import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AppPorts } from "@stephooks/core";
import { dynamodbDocumentStore } from "./dynamodb-document-store.ts";
import { dynamodbKeyValueStore } from "./dynamodb-key-value-store.ts";

/** What an app stores beside its instances, on DynamoDB. An entry point of its own: many apps store nothing. */
export function dataPorts(dynamodb: DynamoDBClient, table: string): Pick<AppPorts, "documents" | "keyValues"> {
  return { documents: dynamodbDocumentStore(dynamodb, table), keyValues: dynamodbKeyValueStore(dynamodb, table) };
}
