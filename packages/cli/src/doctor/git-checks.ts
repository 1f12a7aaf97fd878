import { type Check, problem } from "./check.ts";

/** What can be wrong with what Git keeps. */
export const gitChecks: readonly Check[] = [
  problem("env-in-git", ({ git: { tracked } }) =>
    tracked.includes(".env")
      ? ".env is in Git, with its secrets. Take it out: git rm --cached .env - and renew the secrets."
      : undefined,
  ),
  problem("env-not-ignored", ({ git }) =>
    git.isRepository && git.hasEnvFile && !git.tracked.includes(".env") && !git.ignored.includes(".env")
      ? "Git does not ignore .env, so its secrets can be committed. Add .env to .gitignore."
      : undefined,
  ),
  problem("stephooks-in-git", ({ git: { tracked } }) =>
    tracked.includes(".stephooks")
      ? ".stephooks is in Git: data and builds of one machine. Take it out: git rm -r --cached .stephooks"
      : undefined,
  ),
  problem("stephooks-not-ignored", ({ git }) =>
    git.isRepository && !git.tracked.includes(".stephooks") && !git.ignored.includes(".stephooks")
      ? "Git does not ignore .stephooks. Add .stephooks/ to .gitignore."
      : undefined,
  ),
  problem("modules-in-git", ({ git: { tracked } }) =>
    tracked.includes("node_modules")
      ? "node_modules is in Git. Take it out: git rm -r --cached node_modules - and add it to .gitignore."
      : undefined,
  ),
];
