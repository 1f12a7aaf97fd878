#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { isCodedError } from "@stephooks/core";
import { runBuild } from "./run-build.ts";
import { runDev } from "./run-dev.ts";
import { runTemplate } from "./run-template.ts";

/** 0 done, 1 failed, 2 wrong usage. */
const EXIT = { failed: 1, usage: 2 } as const;

const program = new Command("stephooks")
  .description("Your codehooks app, in your own AWS account")
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText(
    "after",
    "\nExamples:\n  stephooks dev\n  stephooks build && sam deploy --guided -t .stephooks/build/template.yaml",
  );

program
  .command("dev")
  .description("run the app on this machine: emulators, worker and HTTP front")
  .argument("[entry]", "entry file or folder", ".")
  .option("--port <number>", "HTTP port", "3000")
  .option("--data <folder>", "keep table and queues in this folder", ".stephooks/data")
  .option("--fresh", "forget what the folder holds")
  .option("--api-key <key>", "enforce the rules of a deployed app with this key")
  .option("--dynamodb-endpoint <url>", "a DynamoDB to use instead of the emulator")
  .option("--json", "print one JSON object a line")
  .action(runDev);

program
  .command("build")
  .description("bundle the app and render its SAM template")
  .argument("[entry]", "entry file or folder", ".")
  .option("--out <folder>", "where to write", ".stephooks/build")
  .option("--json", "print one JSON object")
  .action(runBuild);

program
  .command("template")
  .description("print the SAM template of the app")
  .argument("[entry]", "entry file or folder", ".")
  .requiredOption("--code-uri <uri>", "where sam deploy finds the bundle's folder, as seen from the template")
  .action(runTemplate);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  else {
    const usage = isCodedError(error) && error.code === "bad-usage";
    process.stderr.write(`${isCodedError(error) ? `${error.code}: ${error.message}` : String(error)}\n`);
    process.exitCode = usage ? EXIT.usage : EXIT.failed;
  }
}
