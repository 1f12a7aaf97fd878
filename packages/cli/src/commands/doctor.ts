import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { DoctorOptions } from "../doctor/run-doctor.ts";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("say what is wrong with machine and project, and how to mend it; nothing when all is well")
    .argument("[dir]", "the project's folder", ".")
    .option("--stage <name>", "look at the AWS credentials, too, that commands for this stage would use")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks doctor", "stephooks doctor --stage prod --json"))
    .action(async (dir: string, options: DoctorOptions) =>
      (await import("../doctor/run-doctor.ts")).runDoctor(dir, options),
    );
}
