import type { Command } from "commander";
import { examples } from "./examples.ts";

export function addBuildCommand(program: Command): void {
  program
    .command("build")
    .description("bundle the app and render its SAM template")
    .argument("[entry]", "entry file or folder", ".")
    .option("--out <folder>", "where to write", ".stephooks/build")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks build", "stephooks build src/index.ts --out dist --json"))
    .action(async (entry: string, options: { readonly out: string; readonly json?: true }) =>
      (await import("../run-build.ts")).runBuild(entry, options),
    );
}
