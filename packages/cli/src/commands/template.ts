import type { Command } from "commander";
import { examples } from "./examples.ts";

export function addTemplateCommand(program: Command): void {
  program
    .command("template")
    .description("print the SAM template of the app")
    .argument("[entry]", "entry file or folder", ".")
    .requiredOption("--code-uri <uri>", "where sam deploy finds the bundle's folder, as seen from the template")
    .option("--source-maps", "of a bundle that was built with this option")
    .addHelpText("after", examples("stephooks template --code-uri ./.stephooks/build/app > template.yaml"))
    .action(async (entry: string, options: { readonly codeUri: string; readonly sourceMaps?: true }) =>
      (await import("../run-template.ts")).runTemplate(entry, options),
    );
}
