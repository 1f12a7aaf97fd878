import type { Command, Option } from "commander";

/** A word that can stand where the cursor is. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/**
 * What can be typed as the last of these words, which may be empty: a command, an option that is not there yet, or one
 * of the values that an option or argument takes. Nothing where any text goes; shells then offer files.
 */
export function candidates(program: Command, words: readonly string[]): readonly Candidate[] {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const command = commandOf(program, before);
  const help = command.createHelp();
  const options = help.visibleOptions(command);
  const asks = options.find((option) => takesValue(option) && isOption(option, before.at(-1)));
  if (asks !== undefined) return fitting(asks.argChoices ?? [], typed);
  if (typed.startsWith("-")) {
    const free = options.filter((option) => option.variadic || !before.some((word) => isOption(option, word)));
    return free.flatMap(({ description, long }) => (long?.startsWith(typed) ? [{ word: long, description }] : []));
  }
  const commands = help.visibleCommands(command).filter((sub) => sub.name().startsWith(typed));
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [...commands.map((sub) => ({ word: sub.name(), description: sub.description() })), ...fitting(values, typed)];
}

/** The command that these words lead to. */
export function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  let skips = false;
  for (const word of words) {
    const isValue = skips;
    skips = command.options.some((option) => takesValue(option) && isOption(option, word));
    if (isValue || word.startsWith("-")) continue;
    command = command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word)) ?? command;
  }
  return command;
}

function takesValue({ optional, required }: Option): boolean {
  return required || optional;
}

function isOption({ long, short }: Option, word: string | undefined): boolean {
  return word !== undefined && (word === long || word === short);
}

function fitting(values: readonly string[], typed: string): readonly Candidate[] {
  return values.filter((value) => value.startsWith(typed)).map((word) => ({ word, description: "" }));
}
