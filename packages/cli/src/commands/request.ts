import type { Command } from "commander";
import type { RequestOptions } from "../run-request.ts";
import { examples } from "./examples.ts";
import { collect, withTarget } from "./stack-options.ts";

export function addRequestCommand(program: Command): void {
  withTarget(program.command("request"))
    .description("send a request to the app and print the answer; exit code 1 from status 400 on")
    .argument("<method>", "such as GET or POST")
    .argument("<path>", "path and query, beginning with a slash")
    .option("-H, --header <line>", "a header, as 'accept: text/html'; may be given more than once", collect)
    .option("-d, --data <text>", "the body: text, @file, or - for standard input")
    .addHelpText(
      "after",
      `\nThe API key is taken from the environment variable STEPHOOKS_API_KEY, if it is set.\n${examples(
        "stephooks request GET /hello",
        `stephooks request POST /orders --data '{"total":7}' --stage prod --json`,
      )}`,
    )
    .action(async (method: string, path: string, options: RequestOptions) =>
      (await import("../run-request.ts")).runRequest(method, path, options),
    );
}
