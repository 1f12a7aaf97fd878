import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CliErrorCode } from "../src/index.ts";

/* Which test shows an error of the command. A code without one does not compile, and one that is not shown there fails. */

const shownBy: Readonly<Record<CliErrorCode, string>> = {
  "build-failed": "bundle-app.test.ts",
  "bad-usage": "deploy/deploy.test.ts",
  "unknown-key": "token.test.ts",
  "not-running": "workflow-verbs.test.ts",
  "already-running": "dev.test.ts",
  "unknown-stack": "deploy/remove.test.ts",
  "stack-not-ready": "stack-errors.test.ts",
  "not-stephooks": "stack-errors.test.ts",
  unreachable: "stack-errors.test.ts",
  "no-job-queue": "stack-errors.test.ts",
  "no-bucket": "stack-errors.test.ts",
  "not-confirmed": "deploy/remove.test.ts",
  "some-failed": "data-verbs.test.ts",
  "needs-write": "production-guard.test.ts",
  "still-running": "job-verbs.test.ts",
  "bad-input": "data-verbs.test.ts",
  "file-refused": "build.test.ts",
  "folder-not-empty": "create.test.ts",
  "file-exists": "create.test.ts",
  "not-signed-in": "deploy/dry-run.test.ts",
  "live-instances": "deploy/live-steps.test.ts",
  "no-bootstrap": "deploy/deploy.test.ts",
  "stack-busy": "deploy/deploy.test.ts",
  "stack-stuck": "deploy/deploy.test.ts",
  "change-refused": "deploy/bootstrap.test.ts",
  "data-replaced": "deploy/deploy-by-sam.test.ts",
  "deploy-failed": "deploy/bootstrap.test.ts",
  "remove-failed": "deploy/remove.test.ts",
  "bad-variable": "deploy/env.test.ts",
  "unknown-variable": "deploy/env.test.ts",
  "variables-too-large": "deploy/env.test.ts",
};

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path: string): string => readFileSync(join(packages, path), "utf8");
const texts = (pattern: string): readonly string[] => globSync(pattern, { cwd: packages }).map(read);

/** As a value, at the beginning of what is said, or of a line of it. A comment or a part of a sentence is neither. */
const asserted = (code: string): RegExp => new RegExp(`"${code}"|(?:[\`"^/(|]|\\\\n)${code}:`);

describe.each(Object.entries(shownBy))("%s", (code, file) => {
  test(`is shown by ${file}`, () => {
    expect(read(`packages/cli/test/${file}`)).toMatch(asserted(code));
  });

  test("is thrown, and explained where it is declared", () => {
    const declared = read("packages/cli/src/cli-error.ts");
    expect(declared.split("export type")[0]).toContain(`\`${code}\``);
    const thrown = globSync("packages/cli/src/**/*.ts", { cwd: packages }).filter(
      (path) => !path.endsWith("cli-error.ts") && read(path).includes(`"${code}"`),
    );
    expect(thrown).not.toEqual([]);
  });
});

/** Whose errors end a command, too. */
describe.each([
  ["core", "port-error.ts"],
  ["cron", "cron-error.ts"],
  ["graph", "graph-error.ts"],
  ["local", "local-error.ts"],
  ["query", "query-error.ts"],
  ["sam", "sam-error.ts"],
])("every code of %s's %s", (name, file) => {
  const [, union = ""] = /export type \w+ErrorCode\s*=([^;]+);/.exec(read(`packages/${name}/src/${file}`)) ?? [];
  const codes = [...union.matchAll(/"([^"]+)"/g)].map(([, code = ""]) => code);
  const tests = [
    ...texts("packages/*/test/**/*.test.ts"),
    ...texts("packages/contracts/src/**/*.ts"),
    ...texts("packages/cli/test/support/*.ts"),
  ].filter((text) => !text.includes("const shownBy"));

  test("is shown by a test", () => {
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !tests.some((text) => asserted(code).test(text)))).toEqual([]);
  });
});
