import { rawRequest } from "@stephooks/emulators";

/*
 * Looks at table and queues by plain HTTP requests of the AWS protocols: it shares no code with the engine, the
 * adapters or the SDK.
 */

/** One item as DynamoDB's JSON protocol prints it, reduced to what is judged here. */
export interface RawInstance {
  readonly id: string;
  readonly status: string;
  /** Commits so far. */
  readonly transitions: number;
  readonly state: Readonly<Record<string, unknown>>;
  readonly isPaused: boolean;
}

interface ScanAnswer {
  readonly Items: readonly {
    readonly pk: { readonly S: string };
    readonly sk: { readonly S: string };
    readonly n: { readonly N: string };
    readonly st: { readonly S: string };
    readonly pz?: { readonly S: string };
    readonly d?: { readonly M: Readonly<Record<string, { readonly S: string }>> };
  }[];
  readonly LastEvaluatedKey?: unknown;
}

/** Every instance in the table, without the records of its branches. */
export async function scanInstances(endpoint: string, table: string): Promise<readonly RawInstance[]> {
  const found: RawInstance[] = [];
  let from: unknown;
  do {
    const input = {
      TableName: table,
      ConsistentRead: true,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    };
    const answer = await rawRequest<ScanAnswer>(endpoint, "DynamoDB_20120810.Scan", input);
    found.push(
      ...answer.Items.filter(({ pk, sk }) => pk.S.startsWith("i#") && sk.S === "a").map(({ pk, n, pz, st, d }) => ({
        id: pk.S.slice(2),
        status: st.S,
        transitions: Number(n.N),
        isPaused: pz !== undefined,
        state: Object.fromEntries(
          Object.entries(d?.M ?? {}).map(([key, { S }]): [string, unknown] => [key, JSON.parse(S)]),
        ),
      })),
    );
    from = answer.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}

/** The bytes of one item by DynamoDB's published rules, and the item itself. */
export async function readItem(
  endpoint: string,
  table: string,
  id: string,
): Promise<{ readonly bytes: number; readonly item: Readonly<Record<string, RawValue>> }> {
  const input = { TableName: table, ConsistentRead: true, Key: { pk: { S: `i#${id}` }, sk: { S: "a" } } };
  const { Item: item } = await rawRequest<ItemAnswer>(endpoint, "DynamoDB_20120810.GetItem", input);
  return { bytes: mapBytes(item), item };
}

interface ItemAnswer {
  readonly Item: Readonly<Record<string, RawValue>>;
}

interface CountAnswer {
  readonly Attributes: Readonly<Record<string, string>>;
}

/** An attribute value as the JSON protocol prints it. */
export interface RawValue {
  readonly S?: string;
  readonly N?: string;
  readonly M?: Readonly<Record<string, RawValue>>;
}

function mapBytes(map: Readonly<Record<string, RawValue>>): number {
  return Object.entries(map).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/** Text: its UTF-8; a number: one byte for two digits and one more; a map: 3 bytes and one for each member. */
function valueBytes({ M, N, S }: RawValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/^-|\.|0+$/g, "").length / 2) + 1;
  return M === undefined ? 1 : 3 + Object.keys(M).length + mapBytes(M);
}

/** Messages in a queue: visible, in flight and delayed. */
export async function countMessages(endpoint: string, queueUrl: string): Promise<number> {
  const names = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ];
  const input = { QueueUrl: queueUrl, AttributeNames: names };
  const { Attributes } = await rawRequest<CountAnswer>(endpoint, "AmazonSQS.GetQueueAttributes", input);
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
