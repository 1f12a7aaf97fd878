import { drivenClock } from "@stephooks/contracts";
import { describeDocumentStore } from "@stephooks/contracts/suites";
import { dynamodbDocumentStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeDocumentStore("DynamoDB on the emulator", async () => {
  const { clients, dispose, stack } = await emulatedStack();
  const clock = drivenClock();
  const store = dynamodbDocumentStore(clients.dynamodb, stack.table, {
    clock,
    pause: async (milliseconds) => clock.advance(milliseconds),
  });
  return { store, pass: async (milliseconds) => clock.advance(milliseconds), now: () => clock.now(), dispose };
});
