import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A command of a transcript, and what the page says it prints. */
export interface Line {
  readonly command: string;
  /** `…` stands for anything. */
  readonly printed: string;
}

/** How long a command that only reads is asked again until it prints what it should, milliseconds. */
const PATIENCE = 30_000;

/** The commands of every block ```console run of a page: each begins with `$ `, and goes on in lines that are indented. */
export function transcriptOf(page: string): readonly Line[] {
  const blocks = [...page.matchAll(/^```console run\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = ""] = /^.*(?:\n {4}.*)*/.exec(text) ?? [];
        return { command, printed: text.slice(command.length).trim() };
      }),
  );
}

/** One shell that runs commands one after the other, so that what one sets the next one has. */
export class Shell {
  readonly #bash;
  readonly #lines;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#bash = spawn("bash", ["--norc"], {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#bash.stdout })[Symbol.asyncIterator]();
  }

  /** What the command prints; one that only reads is given time until `line.printed` fits. */
  async run({ command, printed }: Line): Promise<string> {
    const reads = /^curl\b/.test(command) && !/ (?:--json|-d|-X) /.test(command);
    const deadline = Date.now() + (reads ? PATIENCE : 0);
    for (;;) {
      const text = await this.#once(command);
      if (fits(text, printed) || Date.now() > deadline) return text;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  end(): void {
    this.#bash.kill("SIGKILL");
  }

  async #once(command: string): Promise<string> {
    const mark = "the command has ended";
    this.#bash.stdin.write(`${command}\necho; echo '${mark}'\n`);
    const printed: string[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) throw new Error(`the shell ended at ${command}`);
      if (value === mark) return printed.join("\n").trim();
      printed.push(value);
    }
  }
}

/** Whether a text is what the page says, `…` standing for anything. */
export function fits(text: string, printed: string): boolean {
  const pattern = printed.split("…").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join("[^]*")}$`).test(text);
}
