import type { Command } from "commander";
import { examples } from "./examples.ts";

export function addRoutesCommand(program: Command): void {
  program
    .command("routes")
    .description("tell for each route who may call it once deployed")
    .argument("[entry]", "entry file or folder", ".")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples("stephooks routes", "stephooks routes apps/orders --json"))
    .action(async (entry: string, options: { readonly json?: true }) =>
      (await import("../run-routes.ts")).runRoutes(entry, options),
    );
}
