import { randomUUID } from "node:crypto";
import { type Emulators, startEmulators } from "@stephooks/emulators";
import { type AwsClients, createAwsClients } from "../src/index.ts";
import { type ProvisionedStack, provisionStack } from "../src/provision/index.ts";

/** Both emulators, clients for them, and a provisioned stack of its own. */
export interface EmulatedStack {
  readonly emulators: Emulators;
  readonly clients: AwsClients;
  readonly stack: ProvisionedStack;
  dispose(): Promise<void>;
}

export async function emulatedStack(visibilityTimeout = 60, requestTimeout?: number): Promise<EmulatedStack> {
  const emulators = await startEmulators();
  const clients = clientsFor(emulators, requestTimeout);
  const timings = { functionTimeout: 1, visibilityTimeout };
  const stack = await provisionStack({ clients, name: `test-${randomUUID()}`, timings });
  return {
    emulators,
    clients,
    stack,
    dispose: async () => {
      clients.dynamodb.destroy();
      clients.sqs.destroy();
      await emulators.stop();
    },
  };
}

function clientsFor(emulators: Emulators, requestTimeout?: number): AwsClients {
  return createAwsClients({
    ...(requestTimeout === undefined ? {} : { requestTimeout }),
    environment: emulators.environment,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}
