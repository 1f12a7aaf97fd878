import { isRecord } from "@stephooks/core";

/** An answer as a client reads it. */
export interface TestResponse {
  readonly status: number;
  /** Parsed where it is JSON, else text. */
  readonly body: unknown;
  readonly headers: Headers;
}

/** Reads what the app's handler returned for an HTTP event. */
export function testResponse(result: unknown): TestResponse {
  if (!isRecord(result)) throw new TypeError("the handler answered no HTTP result");
  const headers = new Headers();
  for (const [name, value] of Object.entries(isRecord(result["headers"]) ? result["headers"] : {})) {
    headers.set(name, String(value));
  }
  const cookies: unknown = result["cookies"];
  if (Array.isArray(cookies)) for (const cookie of cookies) headers.append("set-cookie", String(cookie));
  const raw = typeof result["body"] === "string" ? result["body"] : "";
  const text = result["isBase64Encoded"] === true ? Buffer.from(raw, "base64").toString() : raw;
  return { status: Number(result["statusCode"]), body: parsed(text, headers), headers };
}

/** The ids of a batch that the app wants back. */
export function failedMessages(result: unknown): readonly string[] {
  const failures: unknown = isRecord(result) ? result["batchItemFailures"] : undefined;
  if (!Array.isArray(failures)) throw new TypeError("the handler answered no batch result");
  return failures.map((failure: unknown) => String(isRecord(failure) ? failure["itemIdentifier"] : undefined));
}

function parsed(text: string, headers: Headers): unknown {
  if (!/[/+]json\b/.test(headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
