import { randomUUID } from "node:crypto";
import { type AwsClients, awsPorts, createAwsClients } from "@stephooks/aws";
import { type ProvisionedStack, provisionStack } from "@stephooks/aws/provision";
import { silentLogger } from "@stephooks/core";
import { startEmulators } from "@stephooks/emulators";
import { createHost } from "../../src/host/index.ts";
import { taskApp, type TaskRunner, taskRunner } from "./task-app.ts";

/** The emulators with one table, and processes of an app on it that share nothing else. */
export interface EmulatedTasks {
  /** Another process of the app, with clients of its own. */
  process(): TaskRunner & { readonly clients: AwsClients };
  /** For those who look at the table without the SDK, and for processes of their own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dynamodbEndpoint: string;
  readonly stack: ProvisionedStack;
  dispose(): Promise<void>;
}

export async function emulatedTasks(): Promise<EmulatedTasks> {
  const emulators = await startEmulators();
  const open: AwsClients[] = [];
  const connect = (): AwsClients => {
    const clients = createAwsClients({
      environment: emulators.environment,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      // A slow answer on a busy machine is no fault of the run.
      requestTimeout: 60_000,
    });
    open.push(clients);
    return clients;
  };
  const timings = { functionTimeout: 60, visibilityTimeout: 90 };
  const stack = await provisionStack({ clients: connect(), name: `test-${randomUUID()}`, timings });
  return {
    environment: emulators.environment,
    dynamodbEndpoint: emulators.dynamodb.endpoint,
    stack,
    process: () => {
      const clients = connect();
      const { handler, tasks } = taskApp();
      const ports = awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger });
      const host = createHost(handler, ports, {
        engine: timings,
        http: { access: { mode: "open" }, space: "dev" },
        deadLetterArn: stack.stepDeadLetterArn,
      });
      return { ...taskRunner((event) => host.handle(event), tasks), clients };
    },
    dispose: async () => {
      for (const { dynamodb, sqs } of open) {
        dynamodb.destroy();
        sqs.destroy();
      }
      await emulators.stop();
    },
  };
}
