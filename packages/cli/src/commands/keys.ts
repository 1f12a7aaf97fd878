import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { AddKeyOptions, KeysOptions } from "../run-keys.ts";

export function addKeysCommands(program: Command): void {
  const keys = program
    .command("keys")
    .description("add, list and remove the API keys of a deployed app")
    .addHelpText("after", examples("stephooks keys add shop --read-only --table my-stack-Table-1A2B"));

  keys
    .command("add")
    .description("make a key; it is shown once and stored as its SHA-256")
    .argument("<name>", "whose key it is")
    .requiredOption("--table <name>", "the deployed app's table (output TableName of the stack)")
    .option("--read-only", "the key may GET and HEAD")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks keys add shop --table my-stack-Table-1A2B"))
    .action(async (name: string, options: AddKeyOptions) => (await import("../run-keys.ts")).addKey(name, options));

  keys
    .command("list")
    .description("list names, rights and digests of the keys")
    .requiredOption("--table <name>", "the deployed app's table")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks keys list --table my-stack-Table-1A2B"))
    .action(async (options: KeysOptions) => (await import("../run-keys.ts")).listKeys(options));

  keys
    .command("remove")
    .description("remove a key; it may still be used for a minute")
    .argument("<key>", "the key, or its SHA-256 or the beginning of it as the list shows it")
    .requiredOption("--table <name>", "the deployed app's table")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks keys remove 3f79bb7b --table my-stack-Table-1A2B"))
    .action(async (key: string, options: KeysOptions) => (await import("../run-keys.ts")).removeKey(key, options));
}
