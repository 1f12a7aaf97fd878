import type { Command } from "commander";
import type { Target } from "../connection/connect.ts";
import type { PutOptions, RemoveOptions } from "../files/run-files.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

export function addFilesCommands(program: Command): void {
  const files = program
    .command("files")
    .description("list, store and remove the files the app keeps with filestore")
    .addHelpText(
      "after",
      examples("stephooks files ls invoices/", "stephooks files put logo.png images/ --stage prod --write"),
    );

  withTarget(files.command("ls"))
    .description("list files by path: bytes, time of the last change, path")
    .argument("[prefix]", "beginning of the paths", "")
    .addHelpText("after", examples("stephooks files ls", "stephooks files ls invoices/ --json"))
    .action(async (prefix: string, options: Target) =>
      (await import("../files/run-files.ts")).listFiles(prefix, options),
    );

  withWrites(files.command("put"))
    .description("store a file; one that is there is replaced")
    .argument("<file>", "the file here")
    .argument("[path]", "its path there, or a folder with a slash at the end (default: its name)")
    .option("--type <media type>", "its media type (default: by its name)")
    .addHelpText(
      "after",
      examples(
        "stephooks files put logo.png images/",
        "stephooks files put out.bin data/7 --type application/octet-stream",
      ),
    )
    .action(async (file: string, path: string | undefined, options: PutOptions) =>
      (await import("../files/run-files.ts")).putFile(file, path, options),
    );

  withWrites(files.command("rm"))
    .description("remove files; exit code 1 when one is not there")
    .argument("[paths...]", "their paths")
    .option("--prefix <text>", "every file whose path begins so, instead of paths")
    .option("--yes", "do not ask, whatever the count")
    .option("--dry-run", "only tell the count")
    .addHelpText(
      "after",
      examples("stephooks files rm images/logo.png", "stephooks files rm --prefix invoices/2019- --yes"),
    )
    .action(async (paths: readonly string[], options: RemoveOptions) =>
      (await import("../files/run-files.ts")).removeFiles(paths, options),
    );
}
