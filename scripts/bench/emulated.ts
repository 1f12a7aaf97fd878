import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type AwsClients, createAwsClients } from "@stephooks/aws";
import { isRecord } from "@stephooks/core";

/** Both emulators, in memory, in another process. */
export interface Emulated {
  /** New clients with connections of their own. */
  clients(): AwsClients;
  readonly dynamodbEndpoint: string;
  stop(): void;
}

export async function startEmulated(): Promise<Emulated> {
  const child = fork(fileURLToPath(new URL("emulator-process.ts", import.meta.url)), {
    execArgv: ["--conditions=source"],
  });
  const failed = once(child, "exit").then(() => {
    throw new Error("the emulators did not start");
  });
  // Once they run, their end is wanted.
  failed.catch(() => {});
  const [environment]: unknown[] = await Promise.race([once(child, "message"), failed]);
  if (!isRecord(environment)) throw new Error("the emulators told no endpoints");
  const endpoints = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
  return {
    clients: () =>
      createAwsClients({
        environment: endpoints,
        region: "us-east-1",
        credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
      }),
    dynamodbEndpoint: endpoints["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    stop: () => child.disconnect(),
  };
}
