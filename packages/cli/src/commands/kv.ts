import type { Command } from "commander";
import type { KeyOptions, SetOptions } from "../data/run-kv.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

export function addKvCommands(program: Command): void {
  const kv = program
    .command("kv")
    .description("get, set, remove and list values by key")
    .addHelpText(
      "after",
      examples("stephooks kv get visits", "stephooks kv set banner 'Closed today' --stage prod --write"),
    );
  const withKeyspace = (command: Command): Command => command.option("--keyspace <name>", "keys of another keyspace");

  withKeyspace(withTarget(kv.command("get")))
    .description("print a value; exit code 1 when there is none")
    .argument("<key>", "the key")
    .addHelpText("after", examples("stephooks kv get visits", "stephooks kv get user-7 --keyspace sessions --json"))
    .action(async (key: string, options: KeyOptions) => (await import("../data/run-kv.ts")).getValue(key, options));

  withKeyspace(withWrites(kv.command("set")))
    .description("set a value: JSON where it is JSON, else text")
    .argument("<key>", "the key")
    .argument("<value>", "the value")
    .option("--text", "take the value as text, even if it is JSON")
    .option("--ttl <seconds>", "remove it after so many seconds")
    .addHelpText("after", examples("stephooks kv set visits 7", "stephooks kv set banner 'Closed today' --ttl 3600"))
    .action(async (key: string, value: string, options: SetOptions) =>
      (await import("../data/run-kv.ts")).setValue(key, value, options),
    );

  withKeyspace(withWrites(kv.command("del")))
    .description("remove a value; exit code 1 when there was none")
    .argument("<key>", "the key")
    .addHelpText("after", examples("stephooks kv del banner", "stephooks kv del banner --stage prod --write --json"))
    .action(async (key: string, options: KeyOptions) => (await import("../data/run-kv.ts")).deleteValue(key, options));

  withKeyspace(withTarget(kv.command("list")))
    .description("print the values whose key begins with a prefix, by key")
    .argument("[prefix]", "beginning of the keys", "")
    .addHelpText("after", examples("stephooks kv list", "stephooks kv list user- --keyspace sessions --json"))
    .action(async (prefix: string, options: KeyOptions) =>
      (await import("../data/run-kv.ts")).listValues(prefix, options),
    );
}
