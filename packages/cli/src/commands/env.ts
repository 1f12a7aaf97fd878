import type { Command } from "commander";
import { examples } from "./examples.ts";
import { withStack } from "./stack-options.ts";
import type { EnvOptions } from "../deploy/run-env.ts";

export function addEnvCommands(program: Command): void {
  const env = program
    .command("env")
    .description("the environment variables of a deployed app: kept encrypted, given to it by the next deploy")
    .addHelpText("after", examples("stephooks env set STRIPE_KEY --stage prod < key.txt"));

  withStack(env.command("set").argument("<name>", "of the variable"))
    .description("set a variable; its value comes from standard input, or is asked for")
    .option("--app <folder>", "entry file or folder of the app", ".")
    .addHelpText(
      "after",
      examples(
        "stephooks env set STRIPE_KEY --stage prod",
        "pass show stripe | stephooks env set STRIPE_KEY --stage prod",
      ),
    )
    .action(async (name: string, options: EnvOptions) =>
      (await import("../deploy/run-env.ts")).setVariable(name, options),
    );

  withStack(env.command("import").argument("<file>", "lines of NAME=value, such as .env"))
    .description("set every variable of a file; what is not in it stays")
    .option("--app <folder>", "entry file or folder of the app", ".")
    .addHelpText("after", examples("stephooks env import .env.prod --stage prod"))
    .action(async (file: string, options: EnvOptions) =>
      (await import("../deploy/run-env.ts")).importVariables(file, options),
    );

  withStack(env.command("list"))
    .description("list names and when each was changed; never values")
    .option("--app <folder>", "entry file or folder of the app", ".")
    .addHelpText("after", examples("stephooks env list --stage prod"))
    .action(async (options: EnvOptions) => (await import("../deploy/run-env.ts")).listVariables(options));

  withStack(env.command("remove").argument("<name>", "of the variable"))
    .description("remove a variable")
    .option("--app <folder>", "entry file or folder of the app", ".")
    .addHelpText("after", examples("stephooks env remove STRIPE_KEY --stage prod"))
    .action(async (name: string, options: EnvOptions) =>
      (await import("../deploy/run-env.ts")).removeVariable(name, options),
    );
}
