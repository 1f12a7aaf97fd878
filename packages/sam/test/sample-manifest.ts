import type { AppManifest, WorkflowManifest } from "@stephooks/core";

/** A manifest with workflows whose longest steps may take these many milliseconds. */
export function sampleManifest(...longestStepTimeouts: readonly number[]): AppManifest {
  const workflows = longestStepTimeouts.map((longestStepTimeout, index): WorkflowManifest => ({
    name: `orders${index}`,
    description: "Ships an order",
    steps: ["check", "ship"],
    longestStepTimeout,
  }));
  return { version: 1, workflows, routes: [{ method: "POST", path: "/orders", hooks: [] }], authPaths: [] };
}
