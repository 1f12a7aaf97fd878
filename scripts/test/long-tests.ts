/**
 * Enumerations and random comparisons that take minutes each: `pnpm test:long` runs them. `pnpm test` has every single
 * fault of every scenario, 30,000 seeds and the mutants beside these.
 */
export const longTests: readonly string[] = [
  "packages/engine/test/crash-points/pairs-of-*.test.ts",
  "packages/local/test/crash-points/{running,waiting}.test.ts",
  "packages/aws/test/differential/*-differential.test.ts",
];
