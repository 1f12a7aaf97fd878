import { describeInstanceStore } from "@stephooks/contracts/suites";
import { dynamodbInstanceStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeInstanceStore("DynamoDB on the emulator", async () => {
  const { clients, stack, dispose } = await emulatedStack();
  return { store: dynamodbInstanceStore(clients.dynamodb, stack.table), dispose };
});
