import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { PortError } from "@stephooks/core";
import { portErrorFrom } from "../sdk-failure.ts";

export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** ARN of the user or role. */
  readonly arn: string;
}

/** Whose account the calls go to, and where. Needs no permission. @throws PortError when nobody is signed in. */
export async function callerIdentity(client: STSClient): Promise<CallerIdentity> {
  try {
    const { Account: account, Arn: arn = "" } = await client.send(new GetCallerIdentityCommand({}));
    if (account === undefined) throw new PortError("corrupt", "GetCallerIdentity told no account: run it again.");
    return { account, arn, region: await client.config.region() };
  } catch (error) {
    throw portErrorFrom(error, "GetCallerIdentity");
  }
}
