import type { Command } from "commander";
import type { ExportOptions, ImportOptions, QueryOptions } from "../data/run-db.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

const WHERE = `a query, as '{"total":{"$gt":5}}', @file or -`;

export function addDbCommands(program: Command): void {
  const db = program
    .command("db")
    .description("query, import and export the documents of collections")
    .addHelpText(
      "after",
      examples("stephooks db query orders", "stephooks db export orders orders.jsonl --stage prod"),
    );

  withTarget(db.command("query"))
    .description("print documents, one a line")
    .argument("<collection>", "name of the collection")
    .option("--where <query>", WHERE)
    .option("--sort <fields>", "fields divided by commas; one with a minus sign in front descends")
    .option("--fields <names>", "only these fields, divided by commas")
    .option("--limit <number>", "at most so many; 0 for all", "100")
    .option("--offset <number>", "leave out so many first", "0")
    .option("--count", "only count them")
    .addHelpText(
      "after",
      examples(
        `stephooks db query orders --where '{"total":{"$gt":5}}' --sort=-total`,
        "stephooks db query orders --count --json",
      ),
    )
    .action(async (collection: string, options: QueryOptions) =>
      (await import("../data/run-db.ts")).queryDb(collection, options),
    );

  withWrites(db.command("import"))
    .description("store documents from JSON lines or a JSON array, checked by the collection's schema")
    .argument("<collection>", "name of the collection")
    .argument("<file>", "the file, or - for standard input")
    .option("--replace", "a document whose _id is there takes its place (default: it is refused)")
    .option("--continue-on-error", "tell what cannot be taken, and go on (default: stop there)")
    .addHelpText(
      "after",
      examples(
        "stephooks db import orders orders.jsonl",
        "stephooks db import orders - --replace --continue-on-error < orders.json",
      ),
    )
    .action(async (collection: string, file: string, options: ImportOptions) =>
      (await import("../data/run-db.ts")).importDb(collection, file, options),
    );

  withTarget(db.command("export"))
    .description("write every document as JSON lines, by _id")
    .argument("<collection>", "name of the collection")
    .argument("[file]", "the file", "-")
    .option("--where <query>", WHERE)
    .option("--array", "one JSON array instead of lines")
    .addHelpText(
      "after",
      examples(
        "stephooks db export orders > orders.jsonl",
        "stephooks db export orders orders.json --array --stage prod",
      ),
    )
    .action(async (collection: string, file: string, options: ExportOptions) =>
      (await import("../data/run-db.ts")).exportDb(collection, file, options),
    );
}
