/** A registered workflow as our tools see it. */
export interface WorkflowManifest {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly string[];
  /** The longest a step of it may run, milliseconds. */
  readonly longestStepTimeout: number;
}

export interface RouteManifest {
  /** Upper case, or `*` for every method. */
  readonly method: string;
  /** The path as registered, or the source of a RegExp between slashes. */
  readonly path: string;
}

/** What an app registered: all a host, the template and the tools need to know without running it. */
export interface AppManifest {
  readonly version: 1;
  readonly workflows: readonly WorkflowManifest[];
  readonly routes: readonly RouteManifest[];
  /** Paths with an `app.auth` hook, in registration order. */
  readonly authPaths: readonly string[];
}
