import { Command } from "commander";
import { addBuildCommand } from "./commands/build.ts";
import { addCompletionCommands } from "./commands/completion.ts";
import { addCreateCommand } from "./commands/create.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { examples } from "./commands/examples.ts";
import { addInitCommand } from "./commands/init.ts";
import { addKeysCommands } from "./commands/keys.ts";
import { addRoutesCommand } from "./commands/routes.ts";
import { addTemplateCommand } from "./commands/template.ts";

/**
 * Every command. `commands/` says what each is called and takes; a command's code is imported when it runs: help and
 * wrong usage answer without loading esbuild and the AWS SDK.
 */
export function createProgram(): Command {
  const program = new Command("stephooks")
    .description("Your codehooks app, in your own AWS account")
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      examples(
        "stephooks create my-app",
        "stephooks dev",
        "stephooks build && sam deploy --guided -t .stephooks/build/template.yaml",
      ),
    );
  addCreateCommand(program);
  addInitCommand(program);
  addDevCommand(program);
  addBuildCommand(program);
  addTemplateCommand(program);
  addRoutesCommand(program);
  addDoctorCommand(program);
  addKeysCommands(program);
  addCompletionCommands(program);
  return program;
}
