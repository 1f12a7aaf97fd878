import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isCodedError, isRecord } from "@stephooks/core";

/**
 * What tools may ask of an app that runs locally, each with one JSON object. What the app's version of stephooks cannot
 * do is absent. A deployed app has none of it: this is code of the local stack.
 */
export type DevControl = Readonly<Record<string, ControlAct | undefined>>;

export type ControlAct = (input: Readonly<Record<string, unknown>>) => Promise<unknown>;

const names: readonly string[] = ["blobs/put", "jobs/run", "db/find", "db/insert", "clock/advance"];

const PREFIX = "/_stephooks/";

/** Bytes of a request; a blob of 10 MB in base64 fits. */
const MAX_BYTES = 16_000_000;

/** Answers `POST /_stephooks/<name>` and leaves every other request to `listener`. */
export function withDevControl(listener: RequestListener, control: DevControl): RequestListener {
  return (incoming, outgoing) => {
    const name = names.find((known) => incoming.url === PREFIX + known);
    if (name === undefined) return listener(incoming, outgoing);
    void answer(incoming, name, control).then(({ body, status }) => send(outgoing, status, body));
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(incoming: IncomingMessage, name: string, control: DevControl): Promise<Answer> {
  if (incoming.method !== "POST") return refused(405, "method-not-allowed", `${PREFIX}${name} takes POST.`);
  const stranger = strangerOf(incoming);
  if (stranger !== undefined) return refused(403, "forbidden", stranger);
  const act = control[name];
  if (act === undefined) return refused(501, "unsupported", `${PREFIX}${name} is not there for this app.`);
  try {
    const input: unknown = JSON.parse(await textOf(incoming));
    if (!isRecord(input)) return refused(400, "malformed-json", "Send one JSON object.");
    return { status: 200, body: (await act(input)) ?? null };
  } catch (error) {
    if (error instanceof SyntaxError) return refused(400, "malformed-json", `The body is no JSON: ${error.message}.`);
    const code = isCodedError(error) ? error.code : "failed";
    // What the app's own API refuses is a mistake of who asks.
    return refused(isCodedError(error) ? 400 : 500, code, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Why a request does not come from a tool on this machine. A web page that is open in a browser can reach loopback,
 * also under a name of its own; browsers tell where such a request comes from.
 */
function strangerOf({ headers, socket }: IncomingMessage): string | undefined {
  if (!/^(?:127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? ""))
    return "Only programs on this machine may ask this.";
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) return "Ask with 127.0.0.1 or localhost as the host.";
  return headers.origin === undefined ? undefined : "Web pages may not ask this.";
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > MAX_BYTES) throw new SyntaxError(`more than ${MAX_BYTES} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function refused(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
