import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadHandler } from "@stephooks/local";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bundleApp } from "../../src/index.ts";
import { runCommand } from "../support/run-command.ts";

vi.setConfig({ testTimeout: 90_000 });

const folder = fileURLToPath(new URL("../../../../apps", import.meta.url));
const apps = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));

/** Nobody is signed in, and nobody is asked. */
const signedOut = {
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_REGION: "eu-central-1",
};

interface Line {
  readonly item: string;
  readonly details: readonly string[];
  readonly change: string;
}

interface Plan {
  readonly compared: boolean;
  readonly notes: readonly string[];
  readonly [section: string]: unknown;
}

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "stephooks-dry-run-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("there are example apps", () => {
  expect(apps).toContain("parity-check");
  expect(apps.length).toBeGreaterThan(2);
});

describe.each(apps)("deploy --dry-run of %s, without credentials", (name) => {
  test("prints every route, workflow, worker and job of the app, and what it did not compare", async () => {
    const app = join(folder, name);
    const args = ["deploy", app, "--stage", "prod", "--dry-run"];
    const [data, text] = await Promise.all([
      runCommand([...args, "--out", temporaryFolder(), "--json"], { env: signedOut }),
      runCommand([...args, "--out", temporaryFolder()], { env: signedOut }),
    ]);
    expect([data.code, text.code]).toEqual([0, 0]);
    const { plan }: { plan: Plan } = JSON.parse(data.stdout);
    const items = (section: string): string[] => (plan[section] as Line[]).map(({ item }) => item);

    const { file } = await bundleApp({ entry: join(app, "index.ts"), outDir: temporaryFolder() });
    const { manifest } = await loadHandler(file);
    expect(new Set(items("routes"))).toEqual(new Set(manifest.routes.map(({ method, path }) => `${method} ${path}`)));
    expect(items("workflows")).toEqual(manifest.workflows.map((workflow) => workflow.name));
    expect(plan["workflows"]).toMatchObject(manifest.workflows.map(({ steps }) => ({ details: steps })));
    for (const { topic } of manifest.workers ?? []) expect(items("queues")).toContain(`worker ${topic}`);
    expect(items("schedules")).toEqual((manifest.crons ?? []).map((cron) => cron.name));
    expect(items("permissions")).toContain("WorkerRole on Table.Arn");
    expect(items("parameters")).toContain("LogRetentionDays");
    expect(items("resources")).toEqual(expect.arrayContaining(["Table", "HttpFunction", "WorkerFunction"]));

    expect(plan.compared).toBe(false);
    expect(plan.notes).toEqual([expect.stringMatching(/^Not compared with what is deployed.*[Cc]redentials/)]);
    for (const section of ["routes", "workflows", "queues", "schedules", "permissions", "parameters", "resources"]) {
      for (const item of items(section)) expect(text.stdout).toContain(item);
    }
    expect(text.stdout).toContain(plan.notes[0]);
  });
});

test("without --dry-run it is refused, with what to do", async () => {
  const { code, stderr } = await runCommand(
    ["deploy", join(folder, "parity-check"), "--stage", "prod", "--yes", "--out", temporaryFolder()],
    { env: signedOut },
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^not-signed-in: .*credentials.*Sign in/i);
});
