import type { CallerIdentity, ControlPlaneClients, ParameterValue, ResourceEvent } from "@stephooks/aws/deploy";
import type { AppManifest } from "@stephooks/core";
import type { Bundle } from "../bundle-app.ts";
import type { DeployedApp } from "./deployed-app.ts";
import type { StackTarget } from "./stack-target.ts";

/** All that making a planned deployment takes. */
export interface Deployment {
  readonly clients: ControlPlaneClients;
  readonly target: StackTarget;
  readonly identity: CallerIdentity;
  readonly deployed: DeployedApp | undefined;
  readonly manifest: AppManifest;
  readonly bundle: Bundle;
  /** Folder of the build. */
  readonly outDir: string;
  /** The stage's environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** For every parameter of the template that is not to have its default. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly onEvent: (event: ResourceEvent) => void;
}

/** What a deployment did: nothing when code and template were the same. */
export type DeploymentResult = "changed" | "unchanged";

/** The bucket that `infra/bootstrap.yaml` makes: one an account and region. */
export function codeBucket({ account, region }: CallerIdentity): string {
  return `stephooks-code-${account}-${region}`;
}
