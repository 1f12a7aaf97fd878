import { Command } from "commander";
import { addBuildCommand } from "./commands/build.ts";
import { addCompletionCommands } from "./commands/completion.ts";
import { addCreateCommand } from "./commands/create.ts";
import { addDbCommands } from "./commands/db.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { examples } from "./commands/examples.ts";
import { addFilesCommands } from "./commands/files.ts";
import { addInitCommand } from "./commands/init.ts";
import { addJobCommands } from "./commands/job.ts";
import { addKvCommands } from "./commands/kv.ts";
import { addLogsCommand } from "./commands/logs.ts";
import { addPreviewCommand } from "./commands/preview.ts";
import { addQueueCommands } from "./commands/queue.ts";
import { addRequestCommand } from "./commands/request.ts";
import { addRoutesCommand } from "./commands/routes.ts";
import { addTemplateCommand } from "./commands/template.ts";
import { addTokenCommands } from "./commands/token.ts";
import { addWorkflowCommands } from "./commands/workflow.ts";

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
  addPreviewCommand(program);
  addRoutesCommand(program);
  addDoctorCommand(program);
  addRequestCommand(program);
  addWorkflowCommands(program);
  addQueueCommands(program);
  addJobCommands(program);
  addDbCommands(program);
  addKvCommands(program);
  addFilesCommands(program);
  addTokenCommands(program);
  addLogsCommand(program);
  addCompletionCommands(program);
  return program;
}
