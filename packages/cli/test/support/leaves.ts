import type { Command } from "commander";
import { createProgram } from "../../src/program.ts";

export interface Leaf {
  /** What it is called by, such as `workflow list`. */
  readonly words: string;
  readonly command: Command;
}

function leavesOf(command: Command, words: readonly string[]): readonly Leaf[] {
  if (command.commands.length === 0) return [{ words: words.join(" "), command }];
  return command.commands.flatMap((child) => leavesOf(child, [...words, child.name()]));
}

/** Commands that do something. What a shell asks to complete a line is nobody's to type. */
export const leaves: readonly Leaf[] = leavesOf(createProgram(), []).filter(({ words }) => words !== "complete");

export function hasOption({ command }: Leaf, name: string): boolean {
  return command.options.some(({ long }) => long === name);
}
