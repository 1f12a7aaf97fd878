import { type Emulator, startDynamodbEmulator, startSqsEmulator } from "@stephooks/emulators";
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
  const dynamodb = await dynamodbOf(settings);
  parent.beforeEnd(() => dynamodb.stop());
  const sqs = await startSqsEmulator({
    dataDir: `${settings.dataDir}/sqs`,
    fresh: settings.fresh,
    buckets: [bucketName],
    ...(settings.ports === undefined ? {} : { port: settings.ports.sqs }),
  });
  parent.beforeEnd(async () => void (await Promise.all([sqs.stop(), dynamodb.stop()])));
  parent.answer("queues", ({ names }) => ({
    queues: Array.isArray(names) ? names.map((name) => sqs.look(String(name))) : [],
  }));
  parent.ready({ dynamodb: dynamodb.endpoint, sqs: sqs.endpoint });
});

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
