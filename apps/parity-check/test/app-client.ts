import { isRecord } from "@stephooks/core";

/** An answer of the app over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Code of a refusal, as the header tells it. */
  readonly code?: string | undefined;
}

/** Asks the app as any HTTP client would. */
export async function ask(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const parsed: unknown = isJson ? JSON.parse(text) : { text };
  const code = response.headers.get("x-stephooks-error") ?? undefined;
  return { status: response.status, body: isRecord(parsed) ? parsed : { value: parsed }, code };
}

/** The answer as soon as it satisfies `holds`; fails after half a minute with the last one. */
export async function askUntil(
  url: string,
  holds: (answer: Answer) => boolean,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask(url, "GET", undefined, headers);
    if (holds(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The code of a refusal, or the one in `{ error: { code } }`. */
export function codeOf(answer: Answer): unknown {
  const { error } = answer.body;
  return answer.code ?? (isRecord(error) ? error["code"] : undefined);
}
