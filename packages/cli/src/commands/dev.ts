import type { Command } from "commander";
import { examples } from "./examples.ts";
import { keepCompiledCode } from "../keep-compiled-code.ts";
import type { DevOptions } from "../run-dev.ts";

export function addDevCommand(program: Command): void {
  program
    .command("dev")
    .description("run the app on this machine: emulators, worker and HTTP front")
    .argument("[entry]", "entry file or folder", ".")
    .option("--port <number>", "HTTP port; when it is taken, the next free one", "3000")
    .option("--data <folder>", "keep the data in this folder (default: .stephooks/data of the app)")
    .option("--fresh", "begin with nothing; without --data nothing is kept either")
    .option("--api-key <key>", "enforce the rules of a deployed app with this key")
    .option("--dynamodb-endpoint <url>", "a DynamoDB to use instead of the emulator (or AWS_ENDPOINT_URL_DYNAMODB)")
    .option("--virtual-clock", "let tools set the clock forward; without --data nothing is kept")
    .option("--json", "print one JSON object a line")
    .addHelpText("after", examples("stephooks dev", "stephooks dev apps/orders --port 0 --fresh --json"))
    .action(async (entry: string, options: DevOptions) => {
      keepCompiledCode(entry);
      await (await import("../run-dev.ts")).runDev(entry, options);
    });
}
