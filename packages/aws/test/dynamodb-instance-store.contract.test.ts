import { describeInstanceStore } from "@stephooks/contracts/suites";
import { dynamodbInstanceStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeInstanceStore("DynamoDB on the emulator", async () => {
  const world = await emulatedStack();
  return { store: dynamodbInstanceStore(world.clients.dynamodb, world.stack.table), dispose: () => world.dispose() };
});
