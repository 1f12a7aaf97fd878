import { type Emulator, type SqsEmulator, startDynamodbEmulator, startSqsEmulator } from "@stephooks/emulators";
import { bucketName } from "../stack-environment.ts";
import { readSetting, runProcess } from "./parent-link.ts";

interface EmulatorSettings {
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly ports?: { readonly dynamodb: number; readonly sqs: number };
  /** A DynamoDB that runs elsewhere; then only SQS is started here. */
  readonly dynamodbEndpoint?: string;
  readonly dynamodbBinary?: string;
}

await runProcess(async (parent) => {
  const settings: EmulatorSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_EMULATORS"));
  // One comes up while the code of the other is loaded. Whatever has come up is ended, also when the other does not.
  const starting = [dynamodbOf(settings), sqsOf(settings)] as const;
  parent.beforeEnd(async () => {
    const up = await Promise.allSettled(starting);
    await Promise.all(up.flatMap((result) => (result.status === "fulfilled" ? [result.value.stop()] : [])));
  });
  const [dynamodb, sqs] = await Promise.all(starting);
  parent.answer("queues", ({ names }) => ({
    queues: Array.isArray(names) ? names.map((name) => sqs.look(String(name))) : [],
  }));
  parent.ready({ dynamodb: dynamodb.endpoint, sqs: sqs.endpoint });
});

async function sqsOf({ dataDir, fresh, ports }: EmulatorSettings): Promise<SqsEmulator> {
  return startSqsEmulator({
    dataDir: `${dataDir}/sqs`,
    fresh,
    buckets: [bucketName],
    ...(ports === undefined ? {} : { port: ports.sqs }),
  });
}

async function dynamodbOf(settings: EmulatorSettings): Promise<Emulator> {
  const { dataDir, dynamodbBinary, dynamodbEndpoint, fresh, ports } = settings;
  if (dynamodbEndpoint !== undefined) return { endpoint: dynamodbEndpoint, stop: async () => {} };
  return startDynamodbEmulator({
    dataFile: `${dataDir}/dynamodb.sqlite`,
    fresh,
    ...(ports === undefined ? {} : { port: ports.dynamodb }),
    ...(dynamodbBinary === undefined ? {} : { binary: dynamodbBinary }),
  });
}
