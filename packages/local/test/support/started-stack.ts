import { fileURLToPath } from "node:url";
import { onTestFinished, vi } from "vitest";
import { type Stack, type StackOptions, startStack } from "../../src/index.ts";

// A busy machine takes seconds to start a stack's four processes; what is waited for has its own deadline.
vi.setConfig({ testTimeout: 90_000 });

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Short, so that what a killed process had taken comes back within seconds. */
const timings = { functionTimeout: 3, visibilityTimeout: 4 };

/** A quiet stack of the fixture app. */
export function quietStack(options: Partial<StackOptions> = {}): Promise<Stack> {
  return startStack({ bundle: fixture("laps-app.ts"), timings, output: "ignore", ...options });
}

/** The same, stopped after the test. */
export async function stackOfTest(options: Partial<StackOptions> = {}): Promise<Stack> {
  const stack = await quietStack(options);
  onTestFinished(() => stack.stop());
  return stack;
}
