import { drivenClock } from "@stephooks/contracts";
import { describeKeyValueStore } from "@stephooks/contracts/suites";
import { dynamodbKeyValueStore } from "../src/index.ts";
import { emulatedStack } from "./emulated-stack.ts";

describeKeyValueStore("DynamoDB on the emulator", async () => {
  const { clients, dispose, stack } = await emulatedStack();
  const clock = drivenClock();
  return {
    store: dynamodbKeyValueStore(clients.dynamodb, stack.table, { clock }),
    pass: async (milliseconds) => clock.advance(milliseconds),
    now: () => clock.now(),
    dispose,
  };
});
