import { isCancel, select, text } from "@clack/prompts";
import { CliError } from "../cli-error.ts";
import { templates } from "./template-list.ts";

/** Asks on the terminal. @throws CliError `bad-usage` when it is left with Ctrl-C. */
export async function askForTemplate(): Promise<string> {
  const answer = await select({
    message: "What to begin with?",
    options: templates.map(({ name, title }) => ({ value: name, label: name, hint: title })),
  });
  return isCancel(answer) ? leave() : answer;
}

/** Asks on the terminal. @throws CliError `bad-usage` when it is left with Ctrl-C. */
export async function askForFolder(usual: string): Promise<string> {
  const answer = await text({ message: "In which folder?", placeholder: usual, defaultValue: usual });
  return isCancel(answer) ? leave() : answer;
}

function leave(): never {
  throw new CliError("bad-usage", "Nothing was created. Say it without questions: stephooks create my-app");
}
