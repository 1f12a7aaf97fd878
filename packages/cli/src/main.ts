#!/usr/bin/env node
import { Console } from "node:console";
import { Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import type { DevOptions } from "./run-dev.ts";

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
  .option("--data <folder>", "keep table and queues in this folder", ".stephooks/data")
  .option("--fresh", "forget what the folder holds")
  .option("--api-key <key>", "enforce the rules of a deployed app with this key")
  .option("--dynamodb-endpoint <url>", "a DynamoDB to use instead of the emulator (or AWS_ENDPOINT_URL_DYNAMODB)")
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
