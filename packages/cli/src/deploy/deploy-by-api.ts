import { createHash, randomUUID } from "node:crypto";
import { dirname } from "node:path";
import {
  type CallerIdentity,
  dropChange,
  makeChange,
  type Pace,
  planChange,
  type ResourceChange,
  type StackChange,
  type StackOutcome,
  uploadFile,
} from "@stephooks/aws/deploy";
import { PortError, systemClock } from "@stephooks/core";
import { renderTemplate } from "@stephooks/sam";
import { CliError } from "../cli-error.ts";
import { codeBucket, type Deployment, type DeploymentResult } from "./deployment.ts";
import { zipFolder } from "./zip-folder.ts";

/** Types whose resources hold what nobody can make again. */
const DATA: ReadonlySet<string> = new Set(["AWS::DynamoDB::Table", "AWS::S3::Bucket"]);

/** How often CloudFormation is looked at. Milliseconds. */
export const cloudFormationPace: Pace = { clock: systemClock, interval: 2_000 };

/**
 * Uploads code and template and has CloudFormation make the change, which applies the SAM transform itself.
 *
 * @throws CliError `no-bootstrap`, `change-refused`, `data-replaced`, `deploy-failed`; PortError.
 */
export async function deployByApi(deployment: Deployment): Promise<DeploymentResult> {
  const { clients, deployed, identity, onEvent, target } = deployment;
  const url = await upload(deployment);
  const name = `stephooks-${randomUUID()}`;
  const change: StackChange = {
    stack: target.stack,
    isNew: deployed === undefined,
    template: { url },
    parameters: deployment.parameters,
    tags: deployment.tags,
    // The roles are ours; the transform is what has to be acknowledged as expanding the template.
    capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    name,
  };
  const plan = await planChange(clients.cloudformation, change, cloudFormationPace);
  if (plan.kind === "unchanged") return "unchanged";
  if (plan.kind === "refused") {
    throw new CliError("change-refused", `CloudFormation refuses the change of ${target.stack}: ${plan.reason}`, {
      account: identity.account,
    });
  }
  const { changes } = plan.planned;
  const lost = changes.filter(replacesData);
  if (lost.length > 0) {
    await dropChange(clients.cloudformation, plan.planned.id);
    throw new CliError("data-replaced", dataReplaced(lost));
  }
  const outcome = await makeChange(clients.cloudformation, plan.planned, {
    pace: cloudFormationPace,
    token: name,
    onEvent,
  });
  assertMade(target.stack, outcome);
  return "changed";
}

function replacesData({ action, replaced, type }: ResourceChange): boolean {
  return DATA.has(type) && (replaced || action === "Remove");
}

function dataReplaced(lost: readonly ResourceChange[]): string {
  const named = lost.map(({ action, logicalId }) => `${logicalId} (${action === "Remove" ? "removed" : "replaced"})`);
  return `The change would leave data behind: ${named.join(", ")}. Nothing was changed. Deploy with the version of stephooks that made the stack, or copy the data to another stage first.`;
}

/** Content decides the names, so that code that did not change is no change. */
async function upload({ bundle, clients, identity, manifest, target, variables }: Deployment): Promise<string> {
  const archive = await zipFolder(dirname(bundle.file));
  const bucket = codeBucket(identity);
  const key = `${target.stack}/${archive.sha256}.zip`;
  const template = renderTemplate(manifest, { codeUri: `s3://${bucket}/${key}`, variables: Object.keys(variables) });
  const templateKey = `${target.stack}/${createHash("sha256").update(template).digest("hex")}.yaml`;
  const owner = identity.account;
  try {
    await uploadFile(clients.s3, { bucket, key, body: archive.body, owner });
    await uploadFile(clients.s3, { bucket, key: templateKey, body: Buffer.from(template), owner });
  } catch (error) {
    throw withoutBucket(error, identity);
  }
  const domain = identity.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${bucket}.s3.${identity.region}.${domain}/${templateKey}`;
}

function withoutBucket(error: unknown, identity: CallerIdentity): unknown {
  if (!(error instanceof PortError) || error.details["failure"] !== "NoSuchBucket") return error;
  return new CliError(
    "no-bootstrap",
    `Account ${identity.account} has no bucket for code in ${identity.region} yet. Run stephooks bootstrap once, with rights to make a bucket.`,
    { bucket: codeBucket(identity) },
    { cause: error },
  );
}

/** @throws CliError `deploy-failed` with what failed of itself, in CloudFormation's words. */
export function assertMade(stack: string, { failures, status }: StackOutcome): void {
  if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE") return;
  const reasons = failures.map(({ logicalId, reason, type }) => `\n  ${logicalId} (${type}): ${reason}`);
  throw new CliError("deploy-failed", `${stack} is ${status}. ${after(status)}${reasons.join("")}`, { status });
}

function after(status: string): string {
  if (status === "UPDATE_ROLLBACK_COMPLETE") return "Everything is as it was before. Mend this and deploy again:";
  if (status === "DELETE_COMPLETE") return "What had been made is gone again. Mend this and deploy again:";
  return "Mend this, and see the stack's events in the CloudFormation console:";
}
