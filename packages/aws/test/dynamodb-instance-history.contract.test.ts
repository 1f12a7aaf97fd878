import { describeInstanceHistory } from "@stephooks/contracts/suites";
import { dynamodbInstanceHistory } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeInstanceHistory("DynamoDB on the emulator", async () => {
  const { clients, dispose, stack } = await emulatedStack();
  return { history: dynamodbInstanceHistory(clients.dynamodb, stack.table), dispose };
});
