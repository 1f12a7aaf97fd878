import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { appName } from "../app-name.ts";
import { findEntry, rootOf } from "../find-entry.ts";
import { stackName } from "../stack-name.ts";

export interface StackOptions {
  readonly stage?: string;
  /** Name of the stack, when it is not the one of the stage. */
  readonly stack?: string;
  /** Default: what the AWS SDK finds. */
  readonly region?: string;
  readonly json?: true;
}

/** Which stack a command is about. */
export interface StackTarget {
  /** What the package is called, or else its folder. */
  readonly app: string;
  readonly stage: string;
  /** Name of the stack. */
  readonly stack: string;
}

/** The app whose stack is meant, and where its source is. */
export interface AppTarget extends StackTarget {
  readonly entry: string;
  readonly root: string;
}

/** @throws CliError `bad-usage` when there is no entry file, no stage, or one that cannot be. */
export function appTarget(given: string, options: StackOptions): AppTarget {
  const entry = findEntry(given);
  const root = rootOf(given, entry);
  return { entry, root, ...target(root, options) };
}

/** The same without a look for an entry file: a stack can be removed whose source is not here. */
export function stackTarget(given: string, options: StackOptions): StackTarget {
  if (options.stack === undefined && !existsSync(given)) {
    throw new CliError("bad-usage", `There is no ${given}. Name the app's folder, or the stack with --stack.`);
  }
  const isFolder = existsSync(join(resolve(given), "package.json"));
  return target(
    isFolder ? resolve(given) : options.stack === undefined ? rootOf(given, findEntry(given)) : ".",
    options,
  );
}

function target(root: string, { stack, stage }: StackOptions): StackTarget {
  const app = appName(root);
  if (stage === undefined && stack === undefined) {
    throw new CliError("bad-usage", "Name the stage, such as --stage prod.");
  }
  return { app, stage: stage ?? "", stack: stack ?? stackName(app, stage ?? "") };
}
