/** A registered workflow as our tools see it. */
export interface WorkflowManifest {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly string[];
  /** The longest a step of it may run, milliseconds. */
  readonly longestStepTimeout: number;
}

/** An `app.auth` entry that decides about callers of a route who have no key. */
export interface RouteHook {
  /** As registered, a RegExp between slashes. */
  readonly path: string;
  /** How many of the route's paths it matches; `unknown` where a RegExp cannot be compared. */
  readonly covers: "all" | "some" | "unknown";
}

export interface RouteManifest {
  /** Upper case, or `*` for every method. */
  readonly method: string;
  /** The path as registered, or the source of a RegExp between slashes. */
  readonly path: string;
  /** In the order they are asked: the first that matches a path decides. Empty: only a key or token lets in. */
  readonly hooks: readonly RouteHook[];
}

/** The files an app reads while it runs. */
export interface FilesManifest {
  /** Folders and files of its source that it reads; `/` is all of it. */
  readonly source: readonly string[];
  /** Whether it keeps files, for which it needs a bucket. */
  readonly stored: boolean;
}

/** A registered `app.worker`. */
export interface WorkerManifest {
  readonly topic: string;
  /** How many of its jobs may run at the same time; 1 is strictly serial. */
  readonly slots: number;
  /** The longest one job may run, milliseconds. */
  readonly timeout: number;
  /** ARN of a queue of the account that it reads instead of the app's own. */
  readonly sourceArn?: string;
}

/** A registered `app.job`. */
export interface CronManifest {
  /** Unique in the app; begins the ids of its runs. */
  readonly name: string;
  /** Five fields, or six with seconds first, as written. */
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
  /** The longest one run may take, milliseconds. */
  readonly timeout: number;
}

/** What an app registered: all a host, the template and the tools need to know without running it. */
export interface AppManifest {
  readonly version: 1;
  readonly workflows: readonly WorkflowManifest[];
  readonly routes: readonly RouteManifest[];
  /** Paths with an `app.auth` hook, in registration order. */
  readonly authPaths: readonly string[];
  /** Absent when it was made by a version that knows no files. */
  readonly files?: FilesManifest;
  /** Absent in older manifests, as are the next. */
  readonly workers?: readonly WorkerManifest[];
  readonly crons?: readonly CronManifest[];
  /** Whether it has channels, whose answers are streams. */
  readonly streams?: boolean;
}
