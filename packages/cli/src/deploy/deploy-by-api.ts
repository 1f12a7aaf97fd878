import { createHash, randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { type CallerIdentity, planChange, type StackChange, uploadFile } from "@stephooks/aws/deploy";
import { PortError } from "@stephooks/core";
import { renderTemplate } from "@stephooks/sam";
import { CliError } from "../cli-error.ts";
import { codeBucket, type Deployment, type DeploymentResult } from "./deployment.ts";
import { cloudFormationPace, makePlanned } from "./make-planned.ts";
import { zipFolder } from "./zip-folder.ts";

/**
 * Uploads code and template and has CloudFormation make the change, which applies the SAM transform itself.
 *
 * @throws CliError `no-bootstrap`, `change-refused`, `data-replaced`, `deploy-failed`; PortError.
 */
export async function deployByApi(deployment: Deployment): Promise<DeploymentResult> {
  const { clients, deployed, identity, target } = deployment;
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
  await makePlanned(deployment, plan.planned, name);
  return "changed";
}

/** Content decides the names, so that code that did not change is no change. */
async function upload({ bundle, clients, identity, manifest, target, variables }: Deployment): Promise<string> {
  const archive = await zipFolder(dirname(bundle.file));
  const bucket = codeBucket(identity);
  const key = `${target.stack}/${archive.sha256}.zip`;
  const template = renderTemplate(manifest, {
    codeUri: `s3://${bucket}/${key}`,
    sourceMaps: bundle.sourceMaps,
    variables: Object.keys(variables),
  });
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
