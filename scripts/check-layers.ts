import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Levels of the packages: each may depend only on lower ones, dev-dependencies included. Applications and scripts come last. */
const levels: Readonly<Record<string, number>> = {
  "@stephooks/core": 0,
  "@stephooks/contracts": 1,
  "@stephooks/cron": 1,
  "@stephooks/emulators": 1,
  "@stephooks/query": 1,
  "@stephooks/engine": 2,
  "@stephooks/aws": 2,
  "@stephooks/graph": 2,
  stephooks: 3,
  "@stephooks/sam": 3,
  "@stephooks/simulator": 3,
  "@stephooks/local": 4,
  "@stephooks/testkit": 4,
  "@stephooks/cli": 5,
};
const APPLICATION = 6;

/** The only package that may name the AWS SDK. */
const AWS_PACKAGE = "@stephooks/aws";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * What is wrong with the dependencies of the packages below `root` and of the scripts, which are the root's own; nothing
 * when all point downwards.
 */
export function layerFindings(root: string): readonly string[] {
  const folders = ["packages", "apps"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => ({ parent, path: join(root, parent, name, "package.json") })),
  );
  const ofPackages = folders.flatMap(({ parent, path }) => {
    const manifest = readManifest(path);
    return findingsOf(manifest, parent === "apps" ? APPLICATION : levels[manifest.name]);
  });
  return [...ofPackages, ...findingsOf(readManifest(join(root, "package.json")), APPLICATION)];
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8"));
}

function findingsOf(manifest: Manifest, level: number | undefined): readonly string[] {
  if (level === undefined) return [`${manifest.name} has no level: add it to scripts/check-layers.ts`];
  const needed = Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  return needed.flatMap((name) => {
    if (name.startsWith("@aws-sdk/") && manifest.name !== AWS_PACKAGE) {
      return [`${manifest.name} depends on ${name}: only ${AWS_PACKAGE} touches the AWS SDK`];
    }
    const other = levels[name];
    if (other === undefined || other < level) return [];
    return [`${manifest.name} (level ${level}) depends on ${name} (level ${other}): dependencies point downwards`];
  });
}

if (import.meta.main) {
  const findings = layerFindings(join(import.meta.dirname, ".."));
  for (const finding of findings) process.stderr.write(`${finding}\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
