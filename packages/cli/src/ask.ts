import { confirm, isCancel, password, text } from "@clack/prompts";
import { CliError } from "./cli-error.ts";

/** Questions go to standard error: standard output is for results. */
const output = process.stderr;

/** @throws CliError `not-confirmed`; `bad-usage` where nobody can be asked. */
export async function confirmed(question: string): Promise<void> {
  assertSomebody("add --yes");
  const answer = await confirm({ message: question, output });
  if (answer !== true) throw notConfirmed();
}

/** Has a word typed. @throws CliError as {@link confirmed}. */
export async function typed(question: string, word: string, option: string): Promise<void> {
  assertSomebody(`add ${option} ${word}`);
  const answer = await text({ message: `${question} Type ${word} to go on.`, output });
  if (answer !== word) throw notConfirmed();
}

/** Asks for a value without showing it. @throws CliError as {@link confirmed}. */
export async function asked(question: string): Promise<string> {
  const answer = await password({ message: question, output });
  if (isCancel(answer)) throw notConfirmed();
  return answer;
}

function assertSomebody(instead: string): void {
  if (process.stdin.isTTY) return;
  throw new CliError("bad-usage", `Nobody is here to ask: ${instead} to do it all the same.`);
}

function notConfirmed(): CliError {
  return new CliError("not-confirmed", "Nothing was done: the answer was not yes.");
}
