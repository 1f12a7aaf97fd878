/** What `stephooks doctor` looked up. Everything a check decides is in here, so that a check is a pure function. */
export interface DoctorFacts {
  readonly machine: MachineFacts;
  readonly project: ProjectFacts;
  readonly git: GitFacts;
  /** What a build gave; undefined when there is no entry to build. */
  readonly build: BuildFacts | undefined;
  /** Looked up only for a stage. */
  readonly stage: StageFacts | undefined;
}

export interface MachineFacts {
  /** Such as `24.3.0`. */
  readonly node: string;
  /** Name and version of what installs packages; undefined when none is on the path. */
  readonly packageManager: string | undefined;
  /** Why the emulator of DynamoDB cannot be loaded; undefined when it can. */
  readonly emulatorFailure: string | undefined;
  /** The ports that `stephooks dev` tries, and how many of them are free. */
  readonly ports: { readonly first: number; readonly tried: number; readonly free: number };
  readonly tempWritable: boolean;
  /** Bytes that are free where the project is. */
  readonly freeBytes: number;
  /** Linux: how many files may be watched; undefined elsewhere. */
  readonly maxWatches: number | undefined;
}

export interface ProjectFacts {
  /** `unreadable` is no JSON object. */
  readonly manifest: "missing" | "unreadable" | PackageFacts;
  /** The app's entry file, below the folder; undefined when there is none. */
  readonly entry: string | undefined;
  readonly entryText: string;
  /** Names of the lock files that are there. */
  readonly lockFiles: readonly string[];
  /** Whether `.stephooks` can be written. */
  readonly writable: boolean;
  /** undefined when there is none. */
  readonly tsconfig: "unreadable" | TsconfigFacts | undefined;
  /** Versions of stephooks that the app and the command load; one each, undefined when the app has none. */
  readonly installed: { readonly app: string | undefined; readonly command: string };
}

export interface PackageFacts {
  readonly main: string | undefined;
  /** Whether a file is there that `main` can mean. */
  readonly mainFound: boolean;
  /** Names in dependencies and devDependencies. */
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** What it says under `"stephooks": { "compat": … }`. */
  readonly compat: unknown;
}

export interface TsconfigFacts {
  readonly strict: boolean | undefined;
  readonly module: string | undefined;
  readonly moduleResolution: string | undefined;
  readonly noEmit: boolean | undefined;
  readonly outDir: string | undefined;
}

export interface GitFacts {
  readonly isRepository: boolean;
  /** Files of the project that Git keeps, of those that are never to be kept. */
  readonly tracked: readonly string[];
  /** Of `.env` and `.stephooks`, those that Git would ignore. */
  readonly ignored: readonly string[];
  /** Whether there is an `.env`. */
  readonly hasEnvFile: boolean;
}

export interface BuildFacts {
  /** Code and first line of what went wrong; undefined when it was built. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly bundleBytes: number;
  readonly templateBytes: number;
  readonly resources: number;
}

export interface StageFacts {
  readonly name: string;
  /** Why no credentials were found; undefined when some were. They are never shown. */
  readonly credentialsFailure: string | undefined;
  readonly region: string | undefined;
  /** This machine's time less that of AWS, milliseconds; undefined when AWS could not be asked. */
  readonly clockSkew: number | undefined;
  readonly samVersion: string | undefined;
  /** A variable that leads the AWS SDK elsewhere; undefined when none is set. */
  readonly endpointVariable: string | undefined;
}
