import { CliError } from "./cli-error.ts";

/** CloudFormation's limit for a stack's name, characters. */
const MAX_LENGTH = 128;

/**
 * The CloudFormation stack of an app's stage: the package's name and the stage, with what a stack's name cannot have
 * (CloudFormation: a letter, then letters, digits and hyphens) replaced by hyphens. `@acme/shop` and `prod` give
 * `acme-shop-prod`.
 *
 * @throws CliError `bad-usage` when the stage is no such word, or the name gets longer than 128 characters.
 */
export function stackName(packageName: string, stage: string): string {
  if (!/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(stage)) {
    throw new CliError(
      "bad-usage",
      `--stage ${stage} is no stage: give letters, digits and single hyphens, like prod.`,
    );
  }
  const words = packageName.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  const app = /^[A-Za-z]/.test(words) ? words : `app-${words}`.replace(/-$/, "");
  const name = `${app}-${stage}`;
  if (name.length <= MAX_LENGTH) return name;
  throw new CliError("bad-usage", `${name} is longer than ${MAX_LENGTH} characters: name the stack with --stack.`);
}
