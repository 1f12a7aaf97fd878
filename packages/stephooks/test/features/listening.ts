import type { Steps, UntypedState } from "../../src/step.ts";
import type { WorkflowEventName } from "../../src/workflow-event-data.ts";
import { served } from "./served.ts";

type Options = Parameters<typeof served>[1];

/** An app with one listener: what it heard. */
export function listening<Names extends string>(
  event: WorkflowEventName,
  steps: Steps<Names, UntypedState>,
  options: Options = {},
) {
  const app = served(steps, options);
  const heard: unknown[] = [];
  app.w.on(event, (data: unknown) => void heard.push(data));
  return { ...app, heard };
}
