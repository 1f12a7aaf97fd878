import { expect, test } from "vitest";
import { findingsOf } from "../src/doctor/check.ts";
import type { DoctorFacts, PackageFacts, TsconfigFacts } from "../src/doctor/doctor-facts.ts";
import { resourcesIn } from "../src/doctor/build-facts.ts";
import { checks } from "../src/doctor/run-doctor.ts";

const manifest: PackageFacts = {
  main: "index.ts",
  mainFound: true,
  dependencies: ["stephooks"],
  devDependencies: ["@stephooks/cli"],
  compat: undefined,
};

const tsconfig: TsconfigFacts = {
  strict: true,
  module: "nodenext",
  moduleResolution: "nodenext",
  noEmit: true,
  outDir: undefined,
};

/** A project and a machine with which nothing is wrong. */
const well = {
  machine: {
    node: "24.3.0",
    packageManager: "npm",
    emulatorFailure: undefined,
    ports: { first: 3_000, tried: 21, free: 1 },
    tempWritable: true,
    freeBytes: 10_000_000_000,
    maxWatches: 65_536,
  },
  project: {
    manifest,
    entry: "index.ts",
    entryText: `import { app } from "stephooks"; export default app.init();`,
    lockFiles: ["package-lock.json"],
    writable: true,
    tsconfig,
    installed: { app: "0.1.0", command: "0.1.0" },
  },
  git: { isRepository: true, tracked: [], ignored: [".env", ".stephooks"], hasEnvFile: true },
  build: { failure: undefined, bundleBytes: 2_000_000, templateBytes: 20_000, resources: 20 },
  stage: {
    name: "prod",
    credentialsFailure: undefined,
    region: "eu-central-1",
    clockSkew: 800,
    samVersion: "SAM CLI, version 1.140.0",
    endpointVariable: undefined,
  },
} satisfies DoctorFacts;

type Part<Name extends keyof DoctorFacts> = Partial<NonNullable<DoctorFacts[Name]>>;

function machine(part: Part<"machine">): DoctorFacts {
  return { ...well, machine: { ...well.machine, ...part } };
}
function project(part: Part<"project">): DoctorFacts {
  return { ...well, project: { ...well.project, ...part } };
}
function packaged(part: Partial<PackageFacts>): DoctorFacts {
  return project({ manifest: { ...manifest, ...part } });
}
function typed(part: Partial<TsconfigFacts>): DoctorFacts {
  return project({ tsconfig: { ...tsconfig, ...part } });
}
function git(part: Part<"git">): DoctorFacts {
  return { ...well, git: { ...well.git, ...part } };
}
function build(part: Part<"build">): DoctorFacts {
  return { ...well, build: { ...well.build, ...part } };
}
function stage(part: Part<"stage">): DoctorFacts {
  return { ...well, stage: { ...well.stage, ...part } };
}

/** For each check facts with which it finds something, and a nearby case with which it does not. */
const cases: Readonly<Record<string, { readonly ill: DoctorFacts; readonly fine: DoctorFacts }>> = {
  "node-too-old": { ill: machine({ node: "22.17.1" }), fine: machine({ node: "22.18.0" }) },
  "no-package-manager": { ill: machine({ packageManager: undefined }), fine: machine({ packageManager: "pnpm" }) },
  "emulator-missing": { ill: machine({ emulatorFailure: "it is not there." }), fine: well },
  "no-free-port": { ill: machine({ ports: { first: 3_000, tried: 21, free: 0 } }), fine: well },
  "temp-not-writable": { ill: machine({ tempWritable: false }), fine: well },
  "disk-full": { ill: machine({ freeBytes: 499_999_999 }), fine: machine({ freeBytes: 500_000_000 }) },
  "few-watches": { ill: machine({ maxWatches: 8_191 }), fine: machine({ maxWatches: undefined }) },
  "package-json-missing": { ill: project({ manifest: "missing" }), fine: well },
  "package-json-unreadable": { ill: project({ manifest: "unreadable" }), fine: project({ manifest: "missing" }) },
  "main-not-found": { ill: packaged({ mainFound: false }), fine: packaged({ main: undefined, mainFound: false }) },
  "compat-unknown": { ill: packaged({ compat: "loose" }), fine: packaged({ compat: "strict" }) },
  "entry-missing": { ill: project({ entry: undefined, manifest: "missing" }), fine: well },
  "entry-without-handler": {
    ill: project({ entryText: `import { app } from "stephooks";` }),
    fine: project({ entryText: `export { handler } from "./app.ts";` }),
  },
  "lock-files-mixed": { ill: project({ lockFiles: ["package-lock.json", "pnpm-lock.yaml"] }), fine: well },
  "folder-not-writable": { ill: project({ writable: false }), fine: well },
  "stephooks-not-installed": {
    ill: project({ installed: { app: undefined, command: "0.1.0" } }),
    // An app from codehooks needs none of its own.
    fine: project({
      installed: { app: undefined, command: "0.1.0" },
      entryText: `import { app } from "codehooks-js"; export default app.init();`,
    }),
  },
  "stephooks-not-listed": { ill: packaged({ dependencies: [] }), fine: packaged({ devDependencies: [] }) },
  "two-versions": { ill: project({ installed: { app: "0.1.0", command: "0.2.0" } }), fine: well },
  "codehooks-beside-stephooks": {
    ill: packaged({ dependencies: ["stephooks", "codehooks-js"] }),
    fine: { ...well, project: { ...well.project, entryText: `import "codehooks-js"; export default app.init();` } },
  },
  "cli-in-dependencies": { ill: packaged({ dependencies: ["stephooks", "@stephooks/cli"] }), fine: well },
  "tsconfig-unreadable": { ill: project({ tsconfig: "unreadable" }), fine: project({ tsconfig: undefined }) },
  "tsconfig-not-strict": {
    ill: typed({ strict: undefined }),
    fine: project({ entry: "index.js", tsconfig: { ...tsconfig, strict: false } }),
  },
  "tsconfig-modules": {
    ill: typed({ module: "commonjs", moduleResolution: "node10" }),
    fine: typed({ module: "esnext", moduleResolution: "bundler" }),
  },
  "tsconfig-writes-beside": { ill: typed({ noEmit: false }), fine: typed({ noEmit: false, outDir: "dist" }) },
  "env-in-git": { ill: git({ tracked: [".env"] }), fine: git({ tracked: [".env.example"] }) },
  "env-not-ignored": {
    ill: git({ ignored: [".stephooks"] }),
    fine: git({ ignored: [".stephooks"], hasEnvFile: false }),
  },
  "stephooks-in-git": { ill: git({ tracked: [".stephooks"] }), fine: well },
  "stephooks-not-ignored": { ill: git({ ignored: [".env"] }), fine: git({ ignored: [], isRepository: false }) },
  "modules-in-git": { ill: git({ tracked: ["node_modules"] }), fine: well },
  "does-not-build": {
    ill: build({ failure: { code: "build-failed", message: "index.ts cannot be bundled." } }),
    fine: { ...well, build: undefined },
  },
  "bundle-too-large": { ill: build({ bundleBytes: 262_144_001 }), fine: build({ bundleBytes: 262_144_000 }) },
  "template-too-large": { ill: build({ templateBytes: 1_048_577 }), fine: build({ templateBytes: 1_048_576 }) },
  "too-many-resources": { ill: build({ resources: 501 }), fine: build({ resources: 500 }) },
  "credentials-missing": {
    ill: stage({ credentialsFailure: "Could not load credentials from any providers." }),
    fine: { ...well, stage: undefined },
  },
  "region-missing": { ill: stage({ region: undefined }), fine: { ...well, stage: undefined } },
  "region-unknown": { ill: stage({ region: "frankfurt" }), fine: stage({ region: "us-gov-west-1" }) },
  "clock-wrong": { ill: stage({ clockSkew: -300_000 }), fine: stage({ clockSkew: undefined }) },
  "endpoint-set": { ill: stage({ endpointVariable: "AWS_ENDPOINT_URL" }), fine: well },
  "sam-missing": { ill: stage({ samVersion: undefined }), fine: { ...well, stage: undefined } },
};

const codesOf = (facts: DoctorFacts): readonly string[] => findingsOf(checks, facts).map(({ code }) => code);

test("there are cases for exactly the checks, which all have different codes", () => {
  expect(Object.keys(cases)).toEqual(checks.map(({ code }) => code));
  expect(checks.length).toBeGreaterThanOrEqual(25);
});

test("nothing is found where all is well", () => {
  expect(findingsOf(checks, well)).toEqual([]);
});

test.each(Object.entries(cases))("%s is found, alone, and is not where it is not", (code, { fine, ill }) => {
  const findings = findingsOf(checks, ill).filter((finding) => finding.code === code);
  expect(findings).toHaveLength(1);
  // One line: what is wrong, and then what to do.
  expect(findings[0]?.message).toMatch(/^[^\n]{20,}[.;\w)}"]$/);
  expect(codesOf(fine)).not.toContain(code);
});

test.each(["eu-central-1", "us-gov-west-1", "us-isob-east-1", "ap-southeast-7", "eusc-de-east-1"])(
  "%s is a region, of whatever partition",
  (region) => expect(codesOf(stage({ region }))).not.toContain("region-unknown"),
);

test("only the SAM CLI is optional", () => {
  expect(checks.filter(({ level }) => level === "note").map(({ code }) => code)).toEqual(["sam-missing"]);
});

test("resources are counted in JSON and YAML", () => {
  expect(resourcesIn('{"A":{"Type":"AWS::SQS::Queue"},"B":{"Type": "AWS::SNS::Topic"}}')).toBe(2);
  expect(resourcesIn("A:\n  Type: AWS::SQS::Queue\n  Properties:\n    Type: other\n")).toBe(1);
});
