import { relative } from "node:path";
import type { LogLine } from "@stephooks/local";

/** What `stephooks dev` tells on standard output: sentences, or with `--json` one object a line for tools. */
export interface DevReport {
  /** `wanted` is the port that was asked for, `data` the folder that keeps the data. */
  ready(url: string, wanted: number, data: string | undefined): void;
  reloaded(url: string): void;
  /** The change cannot be run; the version before it goes on. */
  failed(code: string, error: unknown): void;
  crashed(process: string): void;
  /** What a process of the stack wrote; to standard error. */
  log(line: LogLine): void;
}

export function devReport(json: boolean): DevReport {
  const tell = (event: object, sentence: string): void =>
    void process.stdout.write(`${json ? JSON.stringify(event) : sentence}\n`);
  return {
    ready: (url, wanted, data) => {
      const { port } = new URL(url);
      if (wanted !== 0 && Number(port) !== wanted) {
        process.stderr.write(`Port ${wanted} is taken: serving on ${port} instead.\n`);
      }
      const kept = data === undefined ? "nothing is kept" : `data in ${relative(".", data)}`;
      tell({ event: "ready", url }, `Serving ${url} (${kept}). Ctrl-C ends it.`);
    },
    reloaded: (url) => tell({ event: "reloaded", url }, "Reloaded."),
    failed: (code, error) => {
      const message = error instanceof Error ? error.message : String(error);
      tell({ event: "failed", error: { code, message } }, `${code}: ${message}\nThe version before it goes on.`);
    },
    log: ({ process: _process, text, time: _time, ...line }) =>
      void process.stderr.write(`${typeof text === "string" ? text : JSON.stringify(line)}\n`),
    crashed: (name) => tell({ event: "crashed", process: name }, `The ${name} process crashed and is started again.`),
  };
}
