import type { Command } from "commander";
import type { Target } from "../connection/connect.ts";
import type { AddTokenOptions } from "../run-tokens.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

export function addTokenCommands(program: Command): void {
  const token = program
    .command("token")
    .description("add, list and remove the API keys of an app")
    .addHelpText("after", examples("stephooks token add shop --read-only --stage prod --write"));

  withWrites(token.command("add"))
    .description("make a key; it is shown once and stored as its SHA-256")
    .argument("<name>", "whose key it is")
    .option("--read-only", "the key may GET and HEAD")
    .addHelpText("after", examples("stephooks token add shop --stage prod --write"))
    .action(async (name: string, options: AddTokenOptions) =>
      (await import("../run-tokens.ts")).addToken(name, options),
    );

  withTarget(token.command("list"))
    .description("list names, rights and digests of the keys")
    .addHelpText("after", examples("stephooks token list --stage prod"))
    .action(async (options: Target) => (await import("../run-tokens.ts")).listTokens(options));

  withWrites(token.command("remove"))
    .description("remove a key; it may still be used for a minute")
    .argument("<key>", "the key, or its SHA-256 or the beginning of it as the list shows it")
    .addHelpText("after", examples("stephooks token remove 3f79bb7b --stage prod --write"))
    .action(async (key: string, options: Target) => (await import("../run-tokens.ts")).removeToken(key, options));
}
