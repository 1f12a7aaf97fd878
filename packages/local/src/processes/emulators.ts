import { startEmulators, startSqsEmulator } from "@stephooks/emulators";
import { endWithParent, readSetting, reportReady } from "./parent-link.ts";

interface EmulatorSettings {
  readonly dataDir?: string;
  readonly fresh?: boolean;
  readonly ports?: { readonly dynamodb?: number; readonly sqs?: number };
  /** A DynamoDB that runs elsewhere; then only SQS is started here. */
  readonly dynamodbEndpoint?: string;
}

const settings: EmulatorSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_EMULATORS"));

try {
  const emulators =
    settings.dynamodbEndpoint === undefined ? await startEmulators(settings) : await startSqsOnly(settings);
  endWithParent(() => emulators.stop());
  reportReady({ dynamodb: emulators.dynamodb.endpoint, sqs: emulators.sqs.endpoint });
} catch (error) {
  process.send?.({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
}

async function startSqsOnly({ dataDir, dynamodbEndpoint = "", fresh = false, ports }: EmulatorSettings) {
  const sqs = await startSqsEmulator({
    fresh,
    ...(ports?.sqs === undefined ? {} : { port: ports.sqs }),
    ...(dataDir === undefined ? {} : { dataDir: `${dataDir}/sqs` }),
  });
  return { dynamodb: { endpoint: dynamodbEndpoint }, sqs, stop: () => sqs.stop() };
}
