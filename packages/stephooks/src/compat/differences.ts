import type { Difference } from "./difference.ts";
import { crudDifferences } from "./differences-crud.ts";
import { cronDifferences } from "./differences-crons.ts";
import { dataDifferences } from "./differences-data.ts";
import { filesDifferences } from "./differences-files.ts";
import { httpDifferences } from "./differences-http.ts";
import { openapiDifferences } from "./differences-openapi.ts";
import { workflowDifferences } from "./differences-workflows.ts";
import { queueDifferences } from "./differences-queues.ts";
import { realtimeDifferences } from "./differences-realtime.ts";

/** Everything that is deliberately not as codehooks has it, in the order of the page. */
export const differences: readonly Difference[] = [
  ...httpDifferences,
  ...workflowDifferences,
  ...dataDifferences,
  ...crudDifferences,
  ...queueDifferences,
  ...cronDifferences,
  ...realtimeDifferences,
  ...filesDifferences,
  ...openapiDifferences,
];
