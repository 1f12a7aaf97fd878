import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { layerFindings } from "../check-layers.ts";

const fine = {
  ".": { name: "workspace", devDependencies: { "@stephooks/cli": "*", typescript: "^7" } },
  "packages/core": { name: "@stephooks/core" },
  "packages/engine": { name: "@stephooks/engine", dependencies: { "@stephooks/core": "*", ulid: "^3" } },
  "packages/aws": {
    name: "@stephooks/aws",
    dependencies: { "@stephooks/core": "*", "@aws-sdk/client-sqs": "^3" },
    devDependencies: { "@stephooks/contracts": "*" },
  },
  "apps/shop": { name: "shop", dependencies: { stephooks: "*" }, devDependencies: { "@stephooks/cli": "*" } },
};

/** A repository of these packages, removed after the test. */
function repository(packages: Readonly<Record<string, object>>): string {
  const root = mkdtempSync(join(tmpdir(), "stephooks-layers-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [folder, manifest] of Object.entries(packages)) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "package.json"), JSON.stringify(manifest));
  }
  return root;
}

test("this repository's dependencies all point downwards", () => {
  expect(layerFindings(fileURLToPath(new URL("../..", import.meta.url)))).toEqual([]);
});

test("dependencies on lower levels, on other people's packages and of applications are fine", () => {
  expect(layerFindings(repository(fine))).toEqual([]);
});

test.each(["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])(
  "an upward dependency among the %s is found",
  (kind) => {
    const core = { name: "@stephooks/core", [kind]: { "@stephooks/engine": "*" } };
    expect(layerFindings(repository({ ...fine, "packages/core": core }))).toEqual([
      "@stephooks/core (level 0) depends on @stephooks/engine (level 2): dependencies point downwards",
    ]);
  },
);

test("a dependency on a neighbour of the same level is found", () => {
  const engine = { name: "@stephooks/engine", dependencies: { "@stephooks/aws": "*" } };
  expect(layerFindings(repository({ ...fine, "packages/engine": engine }))).toEqual([
    "@stephooks/engine (level 2) depends on @stephooks/aws (level 2): dependencies point downwards",
  ]);
});

test("a package nobody gave a level is found", () => {
  expect(layerFindings(repository({ ...fine, "packages/stray": { name: "@stephooks/stray" } }))).toEqual([
    "@stephooks/stray has no level: add it to scripts/check-layers.ts",
  ]);
});

test.each(["packages/engine", "apps/shop", "."] as const)("the AWS SDK in %s is found", (folder) => {
  const { name } = fine[folder];
  const manifest = { name, devDependencies: { "@aws-sdk/client-s3": "^3" } };
  expect(layerFindings(repository({ ...fine, [folder]: manifest }))).toEqual([
    `${name} depends on @aws-sdk/client-s3: only @stephooks/aws touches the AWS SDK`,
  ]);
});
