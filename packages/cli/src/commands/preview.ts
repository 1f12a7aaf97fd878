import type { Command } from "commander";
import { examples } from "./examples.ts";
import type { PreviewOptions } from "../run-preview.ts";

export function addPreviewCommand(program: Command): void {
  program
    .command("preview")
    .description("run what build wrote as Lambda runs it: its template, its environment, emulated services")
    .argument("[folder]", "what build wrote", ".stephooks/build")
    .option("--port <number>", "HTTP port; when it is taken, the next free one", "3000")
    .option("--api-key <key>", "the key that may call every route (parameter ApiKeySha256)")
    .option("--parameter <name=value...>", "parameters of the template, as sam deploy would be given them", [])
    .option("--json", "print one JSON object a line")
    .addHelpText("after", examples("stephooks preview --api-key secret", "stephooks preview --parameter StreamUrl=yes"))
    .action(async (folder: string, options: PreviewOptions) =>
      (await import("../run-preview.ts")).runPreview(folder, options),
    );
}
