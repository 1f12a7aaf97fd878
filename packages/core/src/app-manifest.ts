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

/** What an app registered: all a host, the template and the tools need to know without running it. */
export interface AppManifest {
  readonly version: 1;
  readonly workflows: readonly WorkflowManifest[];
  readonly routes: readonly RouteManifest[];
  /** Paths with an `app.auth` hook, in registration order. */
  readonly authPaths: readonly string[];
  /** Absent when it was made by a version that knows no files. */
  readonly files?: FilesManifest;
}
