import { Command } from "commander";
import { addBootstrapCommand } from "./commands/bootstrap.ts";
import { addBuildCommand } from "./commands/build.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addCompletionCommands } from "./commands/completion.ts";
import { addCreateCommand } from "./commands/create.ts";
import { addDbCommands } from "./commands/db.ts";
import { addDeployCommand } from "./commands/deploy.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEnvCommands } from "./commands/env.ts";
import { examples } from "./commands/examples.ts";
import { addFilesCommands } from "./commands/files.ts";
import { addGraphCommand } from "./commands/graph.ts";
import { addInitCommand } from "./commands/init.ts";
import { addJobCommands } from "./commands/job.ts";
import { addKvCommands } from "./commands/kv.ts";
import { addLogsCommand } from "./commands/logs.ts";
import { addPreviewCommand } from "./commands/preview.ts";
import { addQueueCommands } from "./commands/queue.ts";
import { addRemoveCommand } from "./commands/remove.ts";
import { addRequestCommand } from "./commands/request.ts";
import { addRoutesCommand } from "./commands/routes.ts";
import { addTemplateCommand } from "./commands/template.ts";
import { addTokenCommands } from "./commands/token.ts";
import { addWorkflowCommands } from "./commands/workflow.ts";
import { ownVersion } from "./own-version.ts";

/**
 * Every command. `commands/` says what each is called and takes; a command's code is imported when it runs: help and
 * wrong usage answer without loading esbuild and the AWS SDK.
 */
export function createProgram(): Command {
  const program = new Command("stephooks")
    .description("Your codehooks app, in your own AWS account")
    .version(ownVersion(), "-V, --version", "print the version")
    .exitOverride()
    .showSuggestionAfterError()
    // What is wrong is thrown, too: who runs the program says it, as every other error.
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", examples("stephooks create my-app", "stephooks dev", "stephooks deploy --stage prod"));
  addCreateCommand(program);
  addInitCommand(program);
  addDevCommand(program);
  addBuildCommand(program);
  addTemplateCommand(program);
  addPreviewCommand(program);
  addRoutesCommand(program);
  addCheckCommand(program);
  addGraphCommand(program);
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
  addBootstrapCommand(program);
  addDeployCommand(program);
  addDiffCommand(program);
  addEnvCommands(program);
  addRemoveCommand(program);
  addCompletionCommands(program);
  return program;
}
