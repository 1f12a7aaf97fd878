import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { longTests } from "./scripts/test/long-tests.ts";
import { LongestFirst } from "./scripts/test/longest-first.ts";

export default defineConfig({
  // Packages of this workspace are tested from their sources; published ones resolve as Node resolves them.
  resolve: { conditions: ["source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["source", "node", "import", "default"], externalConditions: ["source", "node"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...longTests],
    globalSetup: ["scripts/seen-edges/gather-edges.ts"],
    setupFiles: ["scripts/seen-edges/record-edges.ts"],
    // Worker processes of the local stack are started by tests; two cores carry four files at once.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Tests start many processes from the same sources: Node keeps what it made of each file, by its content.
    // Apps of tests all have the same stephooks: it is bundled once.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url)),
      STEPHOOKS_FRAMEWORK_CACHE: fileURLToPath(new URL("node_modules/.cache/stephooks-framework", import.meta.url)),
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
