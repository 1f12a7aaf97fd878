import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

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
