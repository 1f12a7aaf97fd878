import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** What `pnpm bench:size` compares an app with: both clients, one of each kind of call, and nothing else. */
export function bareClients(): { touch(TableName: string, QueueUrl: string): Promise<void> } {
  const [dynamodb, sqs] = [new DynamoDBClient({}), new SQSClient({})];
  const Key = { pk: { S: "1" } };
  return {
    touch: async (TableName, QueueUrl) => {
      await dynamodb.send(new GetItemCommand({ TableName, Key }));
      await dynamodb.send(new UpdateItemCommand({ TableName, Key }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "1" }));
    },
  };
}

/** What `pnpm bench:cold` compares an app with: the two calls with which the engine starts an instance. */
export function bareStart(environment: Readonly<Record<string, string | undefined>>): () => Promise<void> {
  const dynamodb = new DynamoDBClient(at(environment["AWS_ENDPOINT_URL_DYNAMODB"]));
  const sqs = new SQSClient(at(environment["AWS_ENDPOINT_URL_SQS"]));
  const [TableName, QueueUrl] = [environment["STEPHOOKS_TABLE"], environment["STEPHOOKS_STEP_QUEUE_URL"]];
  return async () => {
    // No worker of an app takes a message of another form for its own.
    const Entries = [{ Id: "1", MessageBody: '{"bare":1}', DelaySeconds: 900 }];
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: "bare" }, sk: { S: "a" } } }));
  };
}

function at(endpoint: string | undefined): { readonly endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
}
