import { hasEnded, type InstanceHead, isRecord, type Ports } from "@stephooks/core";
import { instanceDocument, readInstance } from "@stephooks/engine";
import { CliError } from "../cli-error.ts";
import type { Target } from "../connection/connect.ts";
import { withAppCode } from "../connection/load-app.ts";
import { withApp } from "../connection/open-app.ts";
import { printResult } from "../print-result.ts";
import { readCount, readObject } from "../read-input.ts";
import { instanceSummary } from "./instance-summary.ts";
import { withoutSecrets } from "./without-secrets.ts";
import { jsonText, printText } from "../printable.ts";

export interface StartOptions extends Target {
  readonly input?: string;
  readonly id?: string;
  readonly wait?: true;
  readonly timeout: string;
}

/** Milliseconds between two looks at an instance. */
export const LOOK_EVERY = 250;

/** `stephooks workflow start`: with `--wait` exit code 1 unless it completes. */
export async function runStart(workflow: string, options: StartOptions): Promise<void> {
  const state = readObject("--input", options.input);
  const seconds = readCount("--timeout", options.timeout, 1, 86_400);
  await withApp(options, async ({ connection, ports }) => {
    const { created, id } = await withAppCode(options.app, connection, async (control) =>
      startedOf(await control["workflows/start"]?.({ workflow, state, ...(options.id ? { id: options.id } : {}) })),
    );
    if (!created) printText(`Instance ${id} exists already: this is it.\n`, process.stderr);
    const head = options.wait ? await ended(id, seconds * 1_000, ports) : await readInstance(id, ports);
    const summary = { created, ...instanceSummary(head, ports.clock.now()) };
    const document = withoutSecrets(instanceDocument(head), head);
    printResult(options, options.wait ? { ...summary, document } : summary, () =>
      options.wait ? `${id}  ${summary.status}\n${jsonText(document, 2)}\n` : `${id}\n`,
    );
    if (options.wait && head.status !== "completed") process.exitCode = 1;
  });
}

function startedOf(answer: unknown): { readonly created: boolean; readonly id: string } {
  if (isRecord(answer) && typeof answer["id"] === "string") {
    return { id: answer["id"], created: answer["created"] === true };
  }
  throw new CliError("bad-usage", "The app's version of stephooks cannot be asked to start workflows: update it.");
}

async function ended(id: string, limit: number, ports: Ports): Promise<InstanceHead> {
  const until = ports.clock.now() + limit;
  for (;;) {
    const head = await readInstance(id, ports);
    if (hasEnded(head.status)) return head;
    if (ports.clock.now() >= until) {
      throw new CliError(
        "still-running",
        `Instance ${id} has not ended after ${limit / 1_000} s: it goes on. Look with stephooks workflow show ${id}.`,
        { instance: id },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
