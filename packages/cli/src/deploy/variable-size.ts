import { environmentNames } from "@stephooks/aws/resources";
import { CliError } from "../cli-error.ts";

/** Lambda's limit for all environment variables of a function, as JSON, bytes. */
const MAX_BYTES = 4_096;

/** What CloudFormation and SQS make of our names at most: a queue's URL with a name of 80 characters. */
const LONGEST_OWN_VALUE = 140;

/** `NODE_OPTIONS` as the template has it with source maps. */
const SOURCE_MAP_BYTES = 40;

/** Our variables whose values are a number, a word or empty as a rule; their parameters count as given. */
const OWN_BYTES = Object.values(environmentNames)
  .filter((name) => name.startsWith("STEPHOOKS_"))
  .reduce(
    (sum, name) => sum + name.length + (/URL|ARN|TABLE|BUCKET|SHA256/.test(name) ? LONGEST_OWN_VALUE : 16) + 6,
    SOURCE_MAP_BYTES,
  );

/** Bytes that are left for a stage's own variables, names and punctuation included. */
const variableBudget = MAX_BYTES - OWN_BYTES;

/**
 * Lambda refuses a function whose environment is too large only after the deployment has begun.
 *
 * @throws CliError `variables-too-large` with the sizes.
 */
export function assertVariablesFit(values: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(values));
  if (bytes <= variableBudget) return;
  const [largest = ["", ""]] = Object.entries(values).toSorted(([, one], [, other]) => other.length - one.length);
  throw new CliError(
    "variables-too-large",
    `The environment variables have ${bytes} bytes. Lambda takes ${MAX_BYTES}, of which stephooks may need ${OWN_BYTES}: ${variableBudget} are left. The largest is ${largest[0]}: keep long values in a file or in the Datastore.`,
    { bytes, limit: variableBudget },
  );
}
