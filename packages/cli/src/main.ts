#!/usr/bin/env node
import { Console } from "node:console";
import { Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import type { DevOptions } from "./run-dev.ts";
import type { AddKeyOptions, KeysOptions } from "./run-keys.ts";

/*
 * A command's code is imported when it runs: help and wrong usage answer without loading esbuild and the AWS SDK.
 */

/** 0 done, 1 failed, 2 wrong usage. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

// Standard output carries the command's result only; what an app says while it is imported goes to standard error.
globalThis.console = new Console(process.stderr, process.stderr);

const program = new Command("stephooks")
  .description("Your codehooks app, in your own AWS account")
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    examples("stephooks dev", "stephooks build && sam deploy --guided -t .stephooks/build/template.yaml"),
  );

program
  .command("dev")
  .description("run the app on this machine: emulators, worker and HTTP front")
  .argument("[entry]", "entry file or folder", ".")
  .option("--port <number>", "HTTP port; when it is taken, the next free one", "3000")
  .option("--data <folder>", "keep the data in this folder (default: .stephooks/data of the app)")
  .option("--fresh", "begin with nothing; without --data nothing is kept either")
  .option("--api-key <key>", "enforce the rules of a deployed app with this key")
  .option("--dynamodb-endpoint <url>", "a DynamoDB to use instead of the emulator (or AWS_ENDPOINT_URL_DYNAMODB)")
  .option("--virtual-clock", "let tools set the clock forward; without --data nothing is kept")
  .option("--json", "print one JSON object a line")
  .addHelpText("after", examples("stephooks dev", "stephooks dev apps/orders --port 0 --fresh --json"))
  .action(async (entry: string, options: DevOptions) => (await import("./run-dev.ts")).runDev(entry, options));

program
  .command("build")
  .description("bundle the app and render its SAM template")
  .argument("[entry]", "entry file or folder", ".")
  .option("--out <folder>", "where to write", ".stephooks/build")
  .option("--json", "print one JSON object")
  .addHelpText("after", examples("stephooks build", "stephooks build src/index.ts --out dist --json"))
  .action(async (entry: string, options: { readonly out: string; readonly json?: true }) =>
    (await import("./run-build.ts")).runBuild(entry, options),
  );

program
  .command("template")
  .description("print the SAM template of the app")
  .argument("[entry]", "entry file or folder", ".")
  .requiredOption("--code-uri <uri>", "where sam deploy finds the bundle's folder, as seen from the template")
  .addHelpText("after", examples("stephooks template --code-uri ./.stephooks/build/app > template.yaml"))
  .action(async (entry: string, options: { readonly codeUri: string }) =>
    (await import("./run-template.ts")).runTemplate(entry, options),
  );

program
  .command("routes")
  .description("tell for each route who may call it once deployed")
  .argument("[entry]", "entry file or folder", ".")
  .option("--json", "print one JSON object")
  .addHelpText("after", examples("stephooks routes", "stephooks routes apps/orders --json"))
  .action(async (entry: string, options: { readonly json?: true }) =>
    (await import("./run-routes.ts")).runRoutes(entry, options),
  );

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
  .action(async (name: string, options: AddKeyOptions) => (await import("./run-keys.ts")).addKey(name, options));

keys
  .command("list")
  .description("list names, rights and digests of the keys")
  .requiredOption("--table <name>", "the deployed app's table")
  .option("--json", "print one JSON object")
  .addHelpText("after", examples("stephooks keys list --table my-stack-Table-1A2B"))
  .action(async (options: KeysOptions) => (await import("./run-keys.ts")).listKeys(options));

keys
  .command("remove")
  .description("remove a key; it may still be used for a minute")
  .argument("<key>", "the key, or its SHA-256 or the beginning of it as the list shows it")
  .requiredOption("--table <name>", "the deployed app's table")
  .option("--json", "print one JSON object")
  .addHelpText("after", examples("stephooks keys remove 3f79bb7b --table my-stack-Table-1A2B"))
  .action(async (key: string, options: KeysOptions) => (await import("./run-keys.ts")).removeKey(key, options));

// What the app left open when it was imported must not keep the command alive.
process.exit(await exitCodeOf(program));

async function exitCodeOf(command: Command): Promise<number> {
  try {
    await command.parseAsync();
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const code = isCodedError(error) ? error.code : "failed";
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    return code === "bad-usage" ? EXIT.usage : EXIT.failed;
  }
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
