import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { type ApiKey, type ApiKeyStore, isSha256, PortError, type StoredApiKey } from "@stephooks/core";
import type { Item } from "./item-reader.ts";
import { portErrorFrom } from "./sdk-failure.ts";

/** Partition of the list index; no workflow's, whose separator is followed by one letter. */
const LIST_PARTITION = "#keys";

/** API keys as items `key#<sha256>` of the table. */
export function dynamodbApiKeyStore(client: DynamoDBClient, tableName: string): ApiKeyStore {
  const find = async (sha256: string): Promise<ApiKey | undefined> => {
    const command = new GetItemCommand({ TableName: tableName, Key: keyOf(sha256) });
    const { Item: item } = await attempt("GetItem", () => client.send(command));
    return item === undefined ? undefined : decodeKey(item, sha256);
  };
  return {
    find,
    put: async (key) => {
      const command = new PutItemCommand({ TableName: tableName, Item: encodeKey(key) });
      await attempt("PutItem", () => client.send(command));
    },
    remove: async (sha256) => {
      const command = new DeleteItemCommand({ TableName: tableName, Key: keyOf(sha256), ReturnValues: "ALL_OLD" });
      return (await attempt("DeleteItem", () => client.send(command))).Attributes !== undefined;
    },
    list: async () => {
      const digests = await listDigests(client, tableName);
      const keys = await Promise.all(
        digests.map(async (sha256): Promise<StoredApiKey[]> => {
          const key = await find(sha256);
          return key === undefined ? [] : [{ ...key, sha256 }];
        }),
      );
      return keys.flat();
    },
  };
}

async function listDigests(client: DynamoDBClient, tableName: string): Promise<readonly string[]> {
  const digests: string[] = [];
  let start: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName: tableName,
      IndexName: "list",
      KeyConditionExpression: "#lp=:lp",
      ExpressionAttributeNames: { "#lp": "lp" },
      ExpressionAttributeValues: { ":lp": { S: LIST_PARTITION } },
      ExclusiveStartKey: start,
    });
    const answer = await attempt("Query", () => client.send(command));
    for (const { pk } of answer.Items ?? []) digests.push(pk?.S?.slice("key#".length) ?? "");
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return digests;
}

function keyOf(sha256: string): Record<string, AttributeValue> {
  if (isSha256(sha256)) return { pk: { S: `key#${sha256}` }, sk: { S: "a" } };
  throw new PortError("invalid", "An API key is stored under its SHA-256: 64 lower-case hexadecimal digits.");
}

function encodeKey({ access, name, sha256 }: StoredApiKey): Record<string, AttributeValue> {
  return {
    ...keyOf(sha256),
    name: { S: name },
    access: { S: access === "read-write" ? "rw" : "ro" },
    lp: { S: LIST_PARTITION },
    // Text order is name order; the digest tells keys of one name apart.
    ls: { S: `${name}#${sha256}` },
  };
}

function decodeKey({ access, name }: Item, sha256: string): ApiKey {
  const letter = access?.S;
  if (name?.S !== undefined && (letter === "rw" || letter === "ro")) {
    return { name: name.S, access: letter === "rw" ? "read-write" : "read-only" };
  }
  throw new PortError("corrupt", "An API key's item cannot be read: something else wrote it. Remove the key.", {
    key: sha256.slice(0, 8),
  });
}

async function attempt<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw portErrorFrom(error, operation);
  }
}
