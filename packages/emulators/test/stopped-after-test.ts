import { onTestFinished } from "vitest";

/** What was started, to be stopped after the test however it ends: a child process outlives a killed test run. */
export async function stoppedAfterTest<Started extends { stop(): Promise<void> }>(
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting;
  onTestFinished(() => started.stop());
  return started;
}
