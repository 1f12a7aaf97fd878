import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../aws/src", import.meta.url));

/** IAM action of a call where it is not the service's prefix and the call's name. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  // Batch calls of SQS are allowed by the action of their single form (SQS Developer Guide, API permissions).
  "sqs:SendMessageBatch": ["sqs:SendMessage"],
  "sqs:DeleteMessageBatch": ["sqs:DeleteMessage"],
  // Service Authorization Reference, Amazon S3.
  "s3:HeadObject": ["s3:GetObject"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "s3:ListObjectVersions": ["s3:ListBucketVersions"],
  "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  // Needs no permission.
  "sts:GetCallerIdentity": [],
};

/** IAM actions of every call that the files of packages/aws can make, found in their text: `new XCommand`, `paginateX`. */
export function actionsOfSource(wanted: (path: string) => boolean): ReadonlySet<string> {
  const actions = new Set<string>();
  for (const path of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".ts") || !wanted(path)) continue;
    const text = readFileSync(join(source, path), "utf8");
    const services = importedServices(text);
    for (const [, command, paged] of text.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)) {
      const name = command ?? paged ?? "";
      const service = services.get(`${name}Command`) ?? services.get(`paginate${name}`);
      if (service === undefined) throw new Error(`${path}: ${name} is imported from nowhere`);
      const action = `${service}:${name}`;
      for (const each of otherwise[action] ?? [action]) actions.add(each);
    }
  }
  return actions;
}

/** IAM's name of a service where it is not its client's. */
const prefixes: Readonly<Record<string, string>> = { "cloudwatch-logs": "logs" };

/** Which service each imported name is of. */
function importedServices(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, names = "", service = ""] of text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([\w-]+)"/g)) {
    for (const name of names.split(","))
      found.set(name.replace(/^\s*(?:type )?/, "").trim(), prefixes[service] ?? service);
  }
  return found;
}
