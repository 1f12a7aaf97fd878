import { relative } from "node:path";
import type { LogLine } from "@stephooks/local";
import { logData, logText } from "./dev-log/log-text.ts";
import { codeFrame, placeInApp } from "./dev-log/source-place.ts";
import { jsonText, printText } from "./printable.ts";

/**
 * What `stephooks dev` tells. On standard output what becomes of the app: sentences, or with `--json` one object a line
 * for tools. On standard error the log: what requests and steps do and what the app prints, in the same two forms.
 */
export interface DevReport {
  /** `wanted` is the port that was asked for, `data` the folder that keeps the data. */
  ready(url: string, wanted: number, data: string | undefined): void;
  reloaded(url: string): void;
  /** The change cannot be run; the version before it goes on. */
  failed(code: string, error: unknown): void;
  crashed(process: string): void;
  /** A line of the log. */
  log(line: LogLine): void;
}

export function devReport(json: boolean): DevReport {
  const tell = (event: object, sentence: string): void => printText(`${json ? jsonText(event) : sentence}\n`);
  return {
    ready: (url, wanted, data) => {
      const { port } = new URL(url);
      if (wanted !== 0 && Number(port) !== wanted) {
        printText(`Port ${wanted} is taken: serving on ${port} instead.\n`, process.stderr);
      }
      const kept = data === undefined ? "nothing is kept" : `data in ${relative(".", data)}`;
      tell({ event: "ready", url }, `Serving ${url} (${kept}). Ctrl-C ends it.`);
    },
    reloaded: (url) => tell({ event: "reloaded", url }, "Reloaded."),
    failed: (code, error) => {
      const message = failureText(error);
      tell({ event: "failed", error: { code, message } }, `${code}: ${message}\nThe version before it goes on.`);
    },
    crashed: (name) => tell({ event: "crashed", process: name }, `The ${name} process crashed and is started again.`),
    log: (line) => printText(`${json ? jsonText(logData(line)) : logText(line)}\n`, process.stderr),
  };
}

/** With the app's own code where its import threw. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.cause instanceof Error ? error.cause.stack : undefined;
  const place = stack === undefined ? undefined : placeInApp(stack);
  return place === undefined ? error.message : `${error.message}\n${codeFrame("thrown here", place)}`;
}
