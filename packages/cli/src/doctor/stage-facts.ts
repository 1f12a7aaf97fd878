import { createAwsClients } from "@stephooks/aws";
import { outputOf } from "./ask-machine.ts";
import type { StageFacts } from "./doctor-facts.ts";

/** Time for AWS to tell the time, milliseconds. */
const LIMIT = 3_000;

/** Who a command for this stage would be, and where. Asks AWS for nothing but the time. */
export async function stageFacts(name: string, folder: string): Promise<StageFacts> {
  const { dynamodb, sqs } = createAwsClients();
  try {
    const [credentials, region] = await Promise.allSettled([dynamodb.config.credentials(), dynamodb.config.region()]);
    const found = region.status === "fulfilled" && region.value !== "" ? region.value : undefined;
    return {
      name,
      credentialsFailure: credentials.status === "fulfilled" ? undefined : firstLine(credentials.reason),
      region: found,
      clockSkew: found === undefined ? undefined : await clockSkew(`https://sts.${found}.amazonaws.com/`),
      samVersion: outputOf("sam", ["--version"], folder),
      endpointVariable: Object.keys(process.env).find(
        (variable) => /^AWS_ENDPOINT_URL(?:_|$)/.test(variable) && process.env[variable],
      ),
    };
  } finally {
    dynamodb.destroy();
    sqs.destroy();
  }
}

/** This machine's time less that of a server, which every answer tells in whole seconds; undefined without an answer. */
export async function clockSkew(url: string): Promise<number | undefined> {
  try {
    const { headers } = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(LIMIT) });
    const theirs = Date.parse(headers.get("date") ?? "");
    return Number.isNaN(theirs) ? undefined : Date.now() - theirs;
  } catch {
    return undefined;
  }
}

function firstLine(reason: unknown): string {
  const [line = ""] = (reason instanceof Error ? reason.message : String(reason)).split("\n");
  return line.endsWith(".") ? line : `${line}.`;
}
