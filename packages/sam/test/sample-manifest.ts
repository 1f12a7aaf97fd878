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

/** The same with everything an app can use. */
export function fullManifest(...longestStepTimeouts: readonly number[]): AppManifest {
  const cron = { timeZone: "Europe/Oslo", timeout: 50_000 };
  return {
    ...sampleManifest(...longestStepTimeouts),
    files: { source: [], stored: true },
    workers: [
      { topic: "mail", slots: 4, timeout: 50_000 },
      { topic: "orders", slots: 1, timeout: 50_000, sourceArn: "arn:aws:sqs:eu-central-1:123456789012:orders" },
    ],
    crons: [
      { ...cron, name: "nightly", expression: "0 3 * * *" },
      { ...cron, name: "payday", expression: "0 9 1 * 1" },
      { ...cron, name: "often", expression: "*/10 * * * * *" },
    ],
  };
}
