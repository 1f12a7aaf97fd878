import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { RunBuildOptions } from "../run-build.ts";

export function addBuildCommand(program: Command): void {
  program
    .command("build")
    .description("bundle the app and render its SAM template")
    .argument("[entry]", "entry file or folder", ".")
    .option("--out <folder>", "where to write", ".stephooks/build")
    .option("--source-maps", "ship the source maps instead of keeping them here; functions start slower")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks build", "stephooks build src/index.ts --out dist --json"))
    .action(async (entry: string, options: RunBuildOptions) =>
      (await import("../run-build.ts")).runBuild(entry, options),
    );
}
