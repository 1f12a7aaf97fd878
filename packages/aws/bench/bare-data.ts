import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AwsClients } from "../src/index.ts";

export interface BareDataOptions {
  readonly clients: AwsClients;
  /** Name of the table. */
  readonly table: string;
}

/** What `pnpm bench` compares the datastore with: the same work in as few calls of the SDK as it can be done. */
export interface BareData extends BareDocuments, BareValues {}

interface BareDocuments {
  insert(id: string, document: object): Promise<unknown>;
  get(id: string): Promise<unknown>;
  getSeveral(ids: readonly string[]): Promise<unknown>;
  /** Reads, changes and writes back what has not changed meanwhile. */
  update(id: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** The documents of one city, by a local index. */
  find(city: string): Promise<unknown>;
}

interface BareValues {
  set(key: string, value: string): Promise<unknown>;
  read(key: string): Promise<unknown>;
  count(key: string): Promise<unknown>;
  take(key: string): Promise<unknown>;
}

export function bareData(options: BareDataOptions): BareData {
  return { ...bareDocuments(options), ...bareValues(options) };
}

function bareDocuments({ clients: { dynamodb }, table: TableName }: BareDataOptions): BareDocuments {
  const put = (
    id: string,
    document: object,
    version: number,
    condition: string,
    values: Record<string, AttributeValue>,
  ) =>
    dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: itemOf(id, document, version),
        ConditionExpression: condition,
        ExpressionAttributeNames: condition.includes("#v") ? { "#v": "v" } : { "#pk": "pk" },
        ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
      }),
    );
  const get = (id: string) =>
    dynamodb.send(new GetItemCommand({ TableName, Key: documentKey(id), ConsistentRead: true }));
  return {
    insert: (id, document) => put(id, document, 1, "attribute_not_exists(#pk)", {}),
    get: async (id) => JSON.parse((await get(id)).Item?.["d"]?.S ?? "null"),
    getSeveral: async (ids) => {
      const RequestItems = { [TableName]: { Keys: ids.map(documentKey), ConsistentRead: true } };
      const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems }));
      return Responses?.[TableName]?.map(({ d }): unknown => JSON.parse(d?.S ?? "null"));
    },
    update: async (id) => {
      const { Item } = await get(id);
      const document: { n: number } = JSON.parse(Item?.["d"]?.S ?? "null");
      const version = Number(Item?.["v"]?.S);
      const expected = { ":v": { S: String(version) } };
      await put(id, { ...document, n: document.n + 1 }, version + 1, "#v = :v", expected);
    },
    remove: (id) => dynamodb.send(new DeleteItemCommand({ TableName, Key: documentKey(id) })),
    find: async (city) => {
      const query = new QueryCommand({
        TableName,
        IndexName: "field1",
        KeyConditionExpression: "#pk = :pk AND #f = :city",
        ExpressionAttributeNames: { "#pk": "pk", "#f": "f1" },
        ExpressionAttributeValues: { ":pk": { S: "bare" }, ":city": { S: city } },
        ConsistentRead: true,
      });
      return (await dynamodb.send(query)).Items?.map(({ d }): unknown => JSON.parse(d?.S ?? "null"));
    },
  };
}

function bareValues({ clients: { dynamodb }, table: TableName }: BareDataOptions): BareValues {
  return {
    set: (key, value) =>
      dynamodb.send(new PutItemCommand({ TableName, Item: { ...valueKey(key), d: { S: JSON.stringify(value) } } })),
    read: (key) => dynamodb.send(new GetItemCommand({ TableName, Key: valueKey(key), ConsistentRead: true })),
    count: (key) =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: valueKey(key),
          UpdateExpression: "ADD #n :one",
          ExpressionAttributeNames: { "#n": "n" },
          ExpressionAttributeValues: { ":one": { N: "1" } },
          ReturnValues: "ALL_NEW",
        }),
      ),
    take: (key) => dynamodb.send(new DeleteItemCommand({ TableName, Key: valueKey(key), ReturnValues: "ALL_OLD" })),
  };
}

function documentKey(id: string): Record<string, AttributeValue> {
  return { pk: { S: "bare" }, sk: { S: id } };
}

function valueKey(key: string): Record<string, AttributeValue> {
  return { pk: { S: "bare-values" }, sk: { S: key } };
}

function itemOf(id: string, document: object, version: number): Record<string, AttributeValue> {
  const city = "city" in document ? { f1: { S: String(document.city) } } : {};
  return { ...documentKey(id), v: { S: String(version) }, d: { S: JSON.stringify(document) }, ...city };
}
