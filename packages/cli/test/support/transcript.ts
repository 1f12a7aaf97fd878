/** A file that a page tells its reader to write. */
interface FileStep {
  readonly kind: "file";
  readonly path: string;
  readonly content: string;
}

/** A line typed into a terminal, and what it shows then. */
interface CommandStep {
  readonly kind: "command";
  /** Undefined is the one whose commands end; in a named one the last command goes on. */
  readonly terminal: string | undefined;
  readonly command: string;
  readonly output: string;
}

/** Ctrl-C. */
interface InterruptStep {
  readonly kind: "interrupt";
  readonly terminal: string;
}

/** What a page makes its reader do, in order. */
export type TranscriptStep = FileStep | CommandStep | InterruptStep;

/**
 * Reads the blocks ```console of a page, with `$ command` and its output, and the code blocks after a comment
 * `<!-- file: path -->`. In a block ```console terminal=name a command runs on, until a later one has `^C`.
 */
export function readTranscript(page: string): readonly TranscriptStep[] {
  const blocks = page.matchAll(/(?:<!-- file: (\S+) -->\s*)?^```([^\n]*)\n(.*?)^```$/gms);
  return [...blocks].flatMap(([, path, info = "", content = ""]): readonly TranscriptStep[] => {
    if (path !== undefined) return [{ kind: "file", path, content }];
    const [, terminal] = /^console(?: terminal=(\w+))?$/.exec(info) ?? [];
    return info.startsWith("console") ? typed(content, terminal) : [];
  });
}

function typed(content: string, terminal: string | undefined): readonly TranscriptStep[] {
  return content.split(/^(?=\$ |\^C$)/m).map((part): TranscriptStep => {
    if (part.trimEnd() === "^C" && terminal !== undefined) return { kind: "interrupt", terminal };
    const [, command, output = ""] = /^\$ ([^\n]*)\n(.*)$/s.exec(part) ?? [];
    if (command === undefined) throw new Error(`no command: ${part}`);
    return { kind: "command", terminal, command, output };
  });
}

/** What stands for text that differs from run to run. */
const placeholders: Readonly<Record<string, string>> = { id: "[0-9A-Za-z]+", time: "[0-9TZ:.+-]+", n: "[0-9]+" };

/** Names of values and what they were found to be. */
export type Found = Readonly<Record<string, string>>;

/**
 * What a shown output's placeholders stand for in what was printed; undefined when something else was printed. `...` is
 * any text, alone on a line any lines. The first `<id>` of an output names a value that later commands use.
 */
export function matchOutput(shown: string, printed: string): Found | undefined {
  const pattern = shown
    .trimEnd()
    .split(/(^\.\.\.\n|\n\.\.\.$|\.\.\.|<(?:id|time|n)>)/gm)
    .map((part) => partPattern(part));
  const names = new Set<string>();
  const once = pattern.map((part) => {
    const [, name] = /^\(\?<(\w+)>/.exec(part) ?? [];
    if (name === undefined || !names.has(name)) return (names.add(name ?? ""), part);
    return name === "id" ? String.raw`\k<id>` : `(?:${placeholders[name]})`;
  });
  const match = new RegExp(`^${once.join("")}$`, "s").exec(printed.trimEnd());
  return match === null ? undefined : { ...match.groups };
}

function partPattern(part: string): string {
  if (part === "...\n") return "(?:.*\n)?";
  if (part === "\n...") return "(?:\n.*)?";
  if (part === "...") return ".*?";
  const name = /^<(\w+)>$/.exec(part)?.[1];
  return name === undefined
    ? part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
    : `(?<${name}>${placeholders[name]})`;
}
