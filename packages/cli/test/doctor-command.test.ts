import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checks } from "../src/doctor/run-doctor.ts";
import { clockSkew } from "../src/doctor/stage-facts.ts";
import { createdApp, emptyFolder } from "./support/created-app.ts";
import { runCommand } from "./support/run-command.ts";

vi.setConfig({ testTimeout: 90_000 });

describe("the command", () => {
  test("is silent where all is well, and --json says how much it looked at", async () => {
    const cwd = await createdApp("approval");
    expect(await runCommand(["doctor"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
    const { stdout } = await runCommand(["doctor", "--json"], { cwd });
    expect(JSON.parse(stdout)).toEqual({ checks: checks.length, findings: [] });
  });

  test("tells each problem in a line of its own on standard error, and exits with 1", async () => {
    const cwd = await createdApp("blank");
    rmSync(join(cwd, ".gitignore"));
    writeFileSync(join(cwd, ".env"), "SECRET=1");
    writeFileSync(join(cwd, "yarn.lock"), "");
    writeFileSync(join(cwd, "package-lock.json"), "{}");
    writeFileSync(
      join(cwd, "tsconfig.json"),
      '{ // a comment\n "compilerOptions": { "moduleResolution": "classic", }, }',
    );
    writeFileSync(join(cwd, "index.ts"), `import { app } from "stephooks";\nexport default app.init(;`);
    const { code, stderr, stdout } = await runCommand(["doctor"], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual([
      "lock-files-mixed",
      "tsconfig-not-strict",
      "tsconfig-modules",
      "tsconfig-writes-beside",
      "env-not-ignored",
      "stephooks-not-ignored",
      "does-not-build",
    ]);
    const json = await runCommand(["doctor", "--json"], { cwd });
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: expect.arrayContaining([{ code: "lock-files-mixed", level: "problem", message: expect.any(String) }]),
    });
  });

  test("a folder with nothing in it needs an app", async () => {
    const { code, stderr } = await runCommand(["doctor"], { cwd: emptyFolder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^package-json-missing: .*stephooks init\nentry-missing: /);
  });

  test("looks at the real machine, package.json, Git and installed versions", async () => {
    const cwd = await createdApp("blank");
    const made: object = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
    const dependencies = { stephooks: "*", "codehooks-js": "*", "@stephooks/cli": "*" };
    const ill = { ...made, dependencies, stephooks: { compat: "loose" } };
    writeFileSync(join(cwd, "package.json"), JSON.stringify(ill));
    rmSync(join(cwd, "node_modules/stephooks"));
    mkdirSync(join(cwd, "node_modules/stephooks"));
    writeFileSync(join(cwd, "node_modules/stephooks/package.json"), '{"name":"stephooks","version":"0.0.1"}');
    mkdirSync(join(cwd, ".stephooks"));
    writeFileSync(join(cwd, ".stephooks/data"), "");
    writeFileSync(join(cwd, ".env"), "SECRET=1");
    execFileSync("git", ["add", "--force", ".env", ".stephooks", "node_modules/stephooks"], { cwd });
    // A path with Git on it and no package manager.
    const bin = emptyFolder();
    symlinkSync(execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim(), join(bin, "git"));
    const env = { PATH: bin, TMPDIR: join(cwd, "nowhere") };
    const { findings }: { findings: readonly { code: string }[] } = JSON.parse(
      (await runCommand(["doctor", "--json"], { cwd, env })).stdout,
    );
    expect(findings.map(({ code }) => code).filter((code) => code !== "does-not-build")).toEqual([
      "no-package-manager",
      "temp-not-writable",
      "compat-unknown",
      "two-versions",
      "codehooks-beside-stephooks",
      "cli-in-dependencies",
      "env-in-git",
      "stephooks-in-git",
      "modules-in-git",
    ]);
  });

  test("credentials and region are looked for only when a stage is named, and never shown", async () => {
    const cwd = await createdApp("blank");
    const env = {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_REGION: "",
      AWS_DEFAULT_REGION: "",
      AWS_PROFILE: "nobody",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: join(cwd, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(cwd, "none"),
    };
    expect((await runCommand(["doctor"], { cwd, env })).code).toBe(0);
    const { code, stderr } = await runCommand(["doctor", "--stage", "prod"], { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^credentials-missing: No AWS credentials for stage prod: .*\nregion-missing: /);
    const known = { ...env, AWS_PROFILE: "", AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "hush" };
    const found = await runCommand(["doctor", "--stage", "prod", "--json"], {
      cwd,
      env: { ...known, AWS_REGION: "nowhere", AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" },
    });
    const { findings }: { findings: { code: string }[] } = JSON.parse(found.stdout);
    const codes = findings.map((finding) => finding.code).filter((name) => name !== "sam-missing");
    expect(codes).toEqual(["region-unknown", "endpoint-set"]);
    expect(found.stdout).not.toMatch(/AKIA|hush/);
  });
});

test("the clock's skew is that of the server's date; unknown where nobody answers", async () => {
  const server = createServer((_incoming, outgoing) => {
    outgoing.setHeader("date", new Date(Date.now() - 600_000).toUTCString()).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const skew = (await clockSkew(`http://127.0.0.1:${port}/`)) ?? 0;
  expect(Math.round(skew / 60_000)).toBe(10);
  server.close();
  server.closeAllConnections();
  expect(await clockSkew(`http://127.0.0.1:${port}/`)).toBeUndefined();
});
