import { idPart, type LogicalId } from "./logical-id.ts";
import { SamError } from "./sam-error.ts";
import type { SamTemplate } from "./sam-template.ts";

/** Parameters a template may have, less those of every template. CloudFormation's limit is 200. */
const MAX_VARIABLES = 150;

/** What Lambda sets itself and lets nobody change, and what begins the names of our settings and of the AWS SDK's. */
const reserved: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(?:_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/,
    "Lambda sets it itself",
  ],
  [/^STEPHOOKS_/, "stephooks' own settings begin so"],
  [/^AWS_/, "it would change where and as whom the app calls AWS"],
];

/**
 * Why a variable cannot have this name; undefined when it can.
 *
 * Lambda takes a letter, then letters, digits and underscores, at least two in all, and has reserved names:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function variableNameFault(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_]{1,127}$/.test(name)) {
    return "Lambda takes a letter and then letters, digits and underscores, 2 to 128 in all";
  }
  return reserved.find(([pattern]) => pattern.test(name))?.[1];
}

/** @throws SamError `bad-option` naming the variable. */
export function assertVariables(names: readonly string[]): void {
  for (const name of names) {
    const fault = variableNameFault(name);
    if (fault === undefined) continue;
    throw new SamError("bad-option", `${name} cannot be an environment variable: ${fault}. Choose another name.`, {
      name,
    });
  }
  if (names.length > MAX_VARIABLES) {
    throw new SamError("bad-option", `${names.length} environment variables are too many: ${MAX_VARIABLES} fit.`);
  }
}

/** The template's parameter that holds a variable's value. */
export function variableParameter(name: string): LogicalId {
  return `Variable${idPart(name)}`;
}

/** Values come when it is deployed, and nobody is shown them again. */
export function variableParameters(names: readonly string[]): SamTemplate["Parameters"] {
  return Object.fromEntries(
    names.map((name) => [
      variableParameter(name),
      { Type: "String", NoEcho: true, Description: `Value of the environment variable ${name}.` },
    ]),
  );
}
