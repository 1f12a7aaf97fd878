import { performance } from "node:perf_hooks";
import { CliError } from "./cli-error.ts";
import { connect, type Target } from "./connection/connect.ts";
import { readText } from "./read-input.ts";
import { jsonText, printText, printValue } from "./printable.ts";

export interface RequestOptions extends Target {
  readonly header?: readonly string[];
  readonly data?: string;
}

/** The key of the app, for routes that ask for one. It is no option: a command line is seen by others. */
const KEY_VARIABLE = "STEPHOOKS_API_KEY";

/** `stephooks request`: exit code 1 for an answer from 400 on. */
export async function runRequest(method: string, path: string, options: RequestOptions): Promise<void> {
  const headers = headersOf(options);
  const body = options.data === undefined ? undefined : readText("--data", options.data);
  if (body !== undefined && !headers.has("content-type")) headers.set("content-type", typeOf(body));
  if (!path.startsWith("/")) throw new CliError("bad-usage", `${path} is no path: begin it with a slash.`);
  const { name, url } = await connect(options);
  const address = URL.parse(`${url}${path}`);
  if (address === null) throw new CliError("bad-usage", `${url}${path} is no URL: escape what a URL cannot hold.`);
  const began = performance.now();
  const { answer, bytes } = await send(address, name, {
    method: method.toUpperCase(),
    headers,
    // An answer that leads elsewhere is the answer.
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
  });
  print(answer, bytes, Math.round(performance.now() - began), options);
  if (answer.status >= 400) process.exitCode = 1;
}

function headersOf({ header = [] }: RequestOptions): Headers {
  const headers = new Headers();
  const key = process.env[KEY_VARIABLE];
  if (key) headers.set("x-apikey", key);
  for (const line of header) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new CliError("bad-usage", `--header ${line} is no header: write it as 'accept: text/html'.`);
    }
    headers.append(name, value);
  }
  return headers;
}

function typeOf(body: string): string {
  try {
    JSON.parse(body);
    return "application/json";
  } catch {
    return "text/plain; charset=utf-8";
  }
}

async function send(
  address: URL,
  name: string,
  request: RequestInit,
): Promise<{ readonly answer: Response; readonly bytes: Buffer }> {
  try {
    const answer = await fetch(address, request);
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  } catch (cause) {
    if (cause instanceof TypeError && cause.cause === undefined) {
      throw new CliError("bad-usage", `This request cannot be sent: ${cause.message}.`, {}, { cause });
    }
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new CliError(
      "unreachable",
      `${address.origin} of ${name} does not answer (${reason}). Is it running, and is the network there?`,
      {},
      { cause },
    );
  }
}

/** The body on standard output, what is about it on standard error; with `--json` all of it in one object. */
function print(answer: Response, bytes: Buffer, ms: number, { json }: RequestOptions): void {
  const { headers, status, statusText } = answer;
  if (json) {
    const told = { status, ms, headers: Object.fromEntries(headers), ...bodyOf(bytes, headers.get("content-type")) };
    printText(`${jsonText(told)}\n`);
    return;
  }
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\n`);
  printText(`${status} ${statusText} (${ms} ms)\n${lines.join("")}\n`, process.stderr);
  printValue(bytes);
  if (process.stdout.isTTY) printText("\n");
}

/** JSON as it is meant, text as text, anything else in base64. */
function bodyOf(bytes: Buffer, type: string | null): { readonly body: unknown; readonly base64?: true } {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) return { body: bytes.toString("base64"), base64: true };
  if (!/[/+]json\b/.test(type ?? "")) return { body: text };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: text };
  }
}
