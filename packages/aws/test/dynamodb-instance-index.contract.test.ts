import { describeInstanceIndex } from "@stephooks/contracts/suites";
import { dynamodbInstanceIndex, dynamodbInstanceStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeInstanceIndex("DynamoDB on the emulator", async () => {
  const { clients, dispose, stack } = await emulatedStack();
  const store = dynamodbInstanceStore(clients.dynamodb, stack.table);
  return { store, index: dynamodbInstanceIndex(clients.dynamodb, stack.table), dispose };
});
