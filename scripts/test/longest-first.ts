import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Test files that take longest, by their measured time: begun last, the longest of them would run on alone. */
const longest = [
  "packages/simulator/test/seeds.test.ts",
  "packages/cli/test/templates.test.ts",
  "packages/cli/test/deploy/deploy.test.ts",
  "packages/cli/test/deploy/dry-run.test.ts",
  "scripts/test/templates.test.ts",
  "packages/cli/test/each-verb.test.ts",
  "packages/sam/test/sam-tools.test.ts",
  "packages/simulator/test/mutants.test.ts",
  "packages/testkit/test/docs-examples.test.ts",
];

/** Vitest's own order, after the longest files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const found = longest.findIndex((file) => moduleId.endsWith(`/${file}`));
  return found === -1 ? longest.length : found;
}
