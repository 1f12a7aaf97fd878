import type { AppManifest } from "./app-manifest.ts";

/** Milliseconds. An app without work of its own has a worker too; it gets the default step's time. */
const DEFAULT_TIMEOUT = 50_000;

/** The longest that one step, job or scheduled run of the app may take, milliseconds. */
export function longestTimeout({ crons = [], workers = [], workflows }: AppManifest): number {
  const timeouts = [
    ...workflows.map((workflow) => workflow.longestStepTimeout),
    ...[...workers, ...crons].map(({ timeout }) => timeout),
  ];
  return timeouts.length === 0 ? DEFAULT_TIMEOUT : Math.max(...timeouts);
}
