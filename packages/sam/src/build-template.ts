import { timingsFor } from "@stephooks/aws/resources";
import { type AppManifest, longestTimeout } from "@stephooks/core";
import { alarmConditions, alarmResources } from "./alarm-resources.ts";
import { bucketResources } from "./bucket-resources.ts";
import { checkManifest } from "./check-manifest.ts";
import { functionGlobals, functionResources } from "./function-resources.ts";
import { getAtt, ref } from "./intrinsic.ts";
import { manifestText } from "./manifest-text.ts";
import { parametersFor } from "./parameters.ts";
import { jobQueueResources, queueResources } from "./queue-resources.ts";
import { roleResources, type Uses } from "./role-resources.ts";
import { SamError } from "./sam-error.ts";
import type { SamTemplate } from "./sam-template.ts";
import { scheduleResources } from "./schedule-resources.ts";
import { streamConditions, streamResources } from "./stream-resources.ts";
import { tableResource } from "./table-resource.ts";
import { tagged } from "./tags.ts";
import { assertVariables, variableParameters } from "./variables.ts";

export interface TemplateOptions {
  /** Folder or archive of the bundle, relative to the template or an `s3://` URI. */
  readonly codeUri: string;
  /** Module and export in the bundle. Default `index.handler`. */
  readonly handler?: string;
  /** The stack's description. Default: names the app's workflows. Cut to CloudFormation's 1,024 bytes. */
  readonly description?: string;
  /**
   * Names of environment variables of the stage. Each gets a parameter that is not shown, so that values are in no
   * template; see {@link variableParameter}.
   */
  readonly variables?: readonly string[];
  /** Whether source maps are beside the code: the functions then name sources in stacks. Default false. */
  readonly sourceMaps?: boolean;
}

/** CloudFormation's limit for a template's description, bytes. */
const MAX_DESCRIPTION = 1_024;

/**
 * The SAM template of an app as plain data.
 *
 * @throws SamError `bad-manifest` or `bad-option`.
 */
export function buildTemplate(manifest: AppManifest, options: TemplateOptions): SamTemplate {
  const { codeUri, handler = "index.handler", sourceMaps = false, variables = [] } = options;
  checkManifest(manifest);
  assertOptions(codeUri, handler);
  assertVariables(variables);
  const timings = timingsFor(longestTimeout(manifest));
  const uses = usesOf(manifest);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Transform: "AWS::Serverless-2016-10-31",
    Description: oneLine(options.description ?? describe(manifest)),
    Metadata: { Stephooks: { Manifest: manifestText(manifest), Variables: variables } },
    Parameters: { ...parametersFor(manifest), ...variableParameters(variables) },
    Conditions: { ...streamConditions, ...alarmConditions },
    Globals: { Function: functionGlobals({ codeUri, handler, sourceMaps, timings, uses, variables }) },
    Resources: tagged({
      Table: tableResource(),
      ...queueResources(timings),
      ...(uses.jobs ? jobQueueResources(timings) : {}),
      ...(uses.stored ? bucketResources() : {}),
      ...roleResources(uses),
      ...functionResources(timings, uses),
      ...scheduleResources(manifest.crons ?? []),
      ...streamResources(handler),
      ...alarmResources(timings, uses),
    }),
    Outputs: {
      ApiUrl: { Description: "Where the app answers.", Value: getAtt("HttpApi", "ApiEndpoint") },
      StreamUrl: {
        Description: "Where the app answers and sends answers as they are written.",
        Condition: "HasStreamUrl",
        Value: getAtt("StreamFunctionUrl", "FunctionUrl"),
      },
      TableName: { Description: "The one table.", Value: ref("Table") },
      ...(uses.stored ? { FilesBucketName: { Description: "The app's files.", Value: ref("FilesBucket") } } : {}),
      StepQueueUrl: { Description: "Steps that are due.", Value: ref("StepQueue") },
      StepDeadLetterQueueUrl: { Description: "Steps that kept failing.", Value: ref("StepDeadLetterQueue") },
      ...(uses.jobs ? jobOutputs : {}),
    },
  };
}

const jobOutputs: SamTemplate["Outputs"] = {
  JobQueueUrl: { Description: "Jobs for the app's workers.", Value: ref("JobQueue") },
  JobDeadLetterQueueUrl: { Description: "Jobs that kept failing.", Value: ref("JobDeadLetterQueue") },
};

function usesOf({ crons = [], files, workers = [] }: AppManifest): Uses {
  return {
    stored: files?.stored ?? false,
    jobs: workers.some(({ sourceArn }) => sourceArn === undefined),
    sources: workers.flatMap(({ sourceArn }) => (sourceArn === undefined ? [] : [sourceArn])),
    ticks: crons.length > 0,
  };
}

/** CloudFormation resolves `{{resolve:…}}` in a resource's properties, so both are checked, not trusted. */
function assertOptions(codeUri: string, handler: string): void {
  if (!/^[^{}\p{Cc}]+$/u.test(codeUri)) {
    throw new SamError("bad-option", "codeUri must be a path or an s3:// URI, without braces.", { codeUri });
  }
  if (!/^[\w./-]+\.[\w$]+$/.test(handler)) {
    throw new SamError("bad-option", 'handler must be "<module>.<export>", such as index.handler.', { handler });
  }
}

function describe(manifest: AppManifest): string {
  const names = manifest.workflows.map((workflow) => workflow.name);
  return names.length === 0 ? "A stephooks app" : `A stephooks app with the workflows ${names.join(", ")}`;
}

/** Printable text within the limit. A description is no resource property, so nothing in it is resolved. */
function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{fffd}]+/gu, " ")
    .trim();
  // A character cut in half decodes to U+FFFD, which the line itself has none of.
  return Buffer.from(line)
    .subarray(0, MAX_DESCRIPTION)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
}
