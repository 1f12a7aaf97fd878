/*
 * Looks at table and queues by plain HTTP requests of the AWS protocols: it shares no code with the engine, the
 * adapters or the SDK.
 */

/** One item as DynamoDB's JSON protocol prints it, reduced to what is judged here. */
export interface RawInstance {
  readonly id: string;
  readonly status: string;
  readonly state: Readonly<Record<string, unknown>>;
}

interface ScanAnswer {
  readonly Items: readonly {
    readonly pk: { readonly S: string };
    readonly st: { readonly S: string };
    readonly d?: { readonly M: Readonly<Record<string, { readonly S: string }>> };
  }[];
  readonly LastEvaluatedKey?: unknown;
}

/** Every instance in the table. */
export async function scanInstances(endpoint: string, table: string): Promise<readonly RawInstance[]> {
  const found: RawInstance[] = [];
  let from: unknown;
  do {
    const input = {
      TableName: table,
      ConsistentRead: true,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    };
    const answer: ScanAnswer = JSON.parse(
      await call(endpoint, "DynamoDB_20120810.Scan", "application/x-amz-json-1.0", input),
    );
    found.push(
      ...answer.Items.filter(({ pk }) => pk.S.startsWith("i#")).map(({ pk, st, d }) => ({
        id: pk.S.slice(2),
        status: st.S,
        state: Object.fromEntries(
          Object.entries(d?.M ?? {}).map(([key, { S }]): [string, unknown] => [key, JSON.parse(S)]),
        ),
      })),
    );
    from = answer.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}

/** Messages in a queue: visible, in flight and delayed. */
export async function countMessages(endpoint: string, queueUrl: string): Promise<number> {
  const names = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ];
  const input = { QueueUrl: queueUrl, AttributeNames: names };
  const body = await call(endpoint, "AmazonSQS.GetQueueAttributes", "application/x-amz-json-1.0", input);
  const answer: { readonly Attributes: Readonly<Record<string, string>> } = JSON.parse(body);
  return names.reduce((sum, name) => sum + Number(answer.Attributes[name] ?? 0), 0);
}

async function call(endpoint: string, target: string, type: string, input: object): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": type,
      "x-amz-target": target,
      // Emulators want the shape of a signature and do not check it.
      authorization:
        "AWS4-HMAC-SHA256 Credential=raw/20260101/us-east-1/service/aws4_request, SignedHeaders=host, Signature=none",
      "x-amz-date": "20260101T000000Z",
    },
    body: JSON.stringify(input),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`${target} answered ${response.status}: ${body}`);
  return body;
}
