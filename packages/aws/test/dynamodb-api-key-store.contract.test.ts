import { describeApiKeyStore } from "@stephooks/contracts/suites";
import { dynamodbApiKeyStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeApiKeyStore("DynamoDB on the emulator", async () => {
  const { clients, dispose, stack } = await emulatedStack();
  return { keys: dynamodbApiKeyStore(clients.dynamodb, stack.table), dispose };
});
