import { awsQuotas } from "../aws-quotas.ts";
import { type Check, problem } from "./check.ts";
import type { BuildFacts, StageFacts } from "./doctor-facts.ts";

const MEGABYTE = 1_048_576;

/** A signature is refused when its time is further off than this, milliseconds (AWS Signature Version 4). */
const MOST_SKEW = 5 * 60_000;

/** What can be wrong with what would be deployed, and with whom it is deployed as. */
export const deployChecks: readonly Check[] = [
  ofBuild("does-not-build", ({ failure }) =>
    failure === undefined
      ? undefined
      : `The app cannot be built (${failure.code}): ${failure.message} See it all: stephooks build`,
  ),
  ofBuild("bundle-too-large", ({ bundleBytes }) =>
    bundleBytes <= awsQuotas.code
      ? undefined
      : `The bundle has ${Math.round(bundleBytes / MEGABYTE)} MB, and Lambda takes 250. Import less, or load large data from files.`,
  ),
  ofBuild("template-too-large", ({ templateBytes }) =>
    templateBytes <= awsQuotas.template
      ? undefined
      : `The template has ${templateBytes} bytes, and CloudFormation takes ${awsQuotas.template}. Split the app.`,
  ),
  ofBuild("too-many-resources", ({ resources }) =>
    resources <= awsQuotas.resources
      ? undefined
      : `The template has ${resources} resources, and a stack takes ${awsQuotas.resources}. Split the app.`,
  ),
  ofStage("credentials-missing", ({ credentialsFailure, name }) =>
    credentialsFailure === undefined
      ? undefined
      : `No AWS credentials for stage ${name}: ${credentialsFailure} Sign in (aws sso login), or set AWS_PROFILE.`,
  ),
  ofStage("region-missing", ({ name, region }) =>
    region === undefined ? `No AWS region for stage ${name}. Set AWS_REGION, or the profile's region.` : undefined,
  ),
  ofStage("region-unknown", ({ region }) =>
    region === undefined || /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d$/.test(region)
      ? undefined
      : `${region} is no AWS region. Set AWS_REGION to one such as eu-central-1.`,
  ),
  ofStage("clock-wrong", ({ clockSkew }) =>
    clockSkew === undefined || Math.abs(clockSkew) < MOST_SKEW
      ? undefined
      : `This machine's clock is ${Math.round(Math.abs(clockSkew) / 60_000)} minutes ${clockSkew > 0 ? "ahead" : "behind"}, so AWS refuses what it signs. Set it by NTP.`,
  ),
  ofStage("endpoint-set", ({ endpointVariable, name }) =>
    endpointVariable === undefined
      ? undefined
      : `${endpointVariable} is set, so commands for stage ${name} would not reach AWS. Unset it.`,
  ),
  {
    ...ofStage("sam-missing", ({ samVersion }) =>
      samVersion === undefined
        ? "The SAM CLI is not on the PATH; stephooks deploy then talks to CloudFormation itself. Nothing to do."
        : undefined,
    ),
    level: "note",
  },
];

function ofBuild(code: string, find: (facts: BuildFacts) => string | undefined): Check {
  return problem(code, ({ build }) => (build === undefined ? undefined : find(build)));
}

function ofStage(code: string, find: (facts: StageFacts) => string | undefined): Check {
  return problem(code, ({ stage }) => (stage === undefined ? undefined : find(stage)));
}
