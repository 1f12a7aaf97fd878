import { createHmac } from "node:crypto";
import type { HmacHeader, RequestStep } from "./compat-case.ts";
import { openEventStream } from "./event-stream.ts";
import { bodyMismatch, mismatch } from "./mismatch.ts";
import type { CaseRun } from "./case-run.ts";
import { filled, savedValue } from "./variables.ts";

/** Sends the step's request and looks at the answer. Why it is not as expected, or undefined. */
export async function runRequest(given: RequestStep, run: CaseRun): Promise<string | undefined> {
  const ts = String(Math.floor(Date.now() / 1_000));
  const step = filled(given, new Map([...run.variables, ["ts", ts]]));
  // What is encoded already stays as it is.
  const url = run.url + encodeURI(step.path).replaceAll("%25", "%");
  const { body, headers } = requestOf(step);
  if (step.sse !== undefined) {
    run.streams.set(step.sse, await openEventStream(url, headers));
    return undefined;
  }
  for (let sent = 1; ; sent += 1) {
    const answer = await fetch(url, { method: step.method, headers, body, redirect: "manual" });
    const text = await answer.text();
    const problem = problemOf(step, answer, text);
    if (problem !== undefined) return problem;
    if (sent < (step.repeat ?? 1)) continue;
    for (const [name, source] of Object.entries(step.save ?? {})) {
      run.variables.set(name, savedValue(source, text, answer.headers));
    }
    return undefined;
  }
}

function requestOf(step: RequestStep): { body: string | FormData | null; headers: Record<string, string> } {
  const { body, form, rawBody } = step;
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers = Object.fromEntries(
    Object.entries(step.headers).map(([name, value]) => [
      name,
      typeof value === "string" ? value : signature(value, text ?? ""),
    ]),
  );
  if (form === undefined) return { body: text ?? null, headers };
  const data = new FormData();
  for (const { contentType, filename, name, value } of form) {
    if (filename === undefined) data.append(name, value);
    else data.append(name, new Blob([value], { type: contentType ?? "application/octet-stream" }), filename);
  }
  return { body: data, headers };
}

function signature({ $hmac }: HmacHeader, body: string): string {
  const { alg, encoding, key, keyEncoding = "utf8", prefix = "", template } = $hmac;
  const signed = template.replaceAll("{{body}}", () => body);
  return prefix + createHmac(alg, Buffer.from(key, keyEncoding)).update(signed).digest(encoding);
}

function problemOf(step: RequestStep, answer: Response, text: string): string | undefined {
  const { expectBody, expectHeaders = {}, expectStatus } = step;
  const statuses = [expectStatus ?? answer.status].flat();
  if (!statuses.includes(answer.status))
    return `status ${answer.status}, not ${statuses.join(" or ")}: ${text.slice(0, 300)}`;
  const ofHeaders = Object.entries(expectHeaders)
    .map(([name, value]) => mismatch(value, answer.headers.get(name) ?? undefined, `header ${name}`))
    .find((found) => found !== undefined);
  return ofHeaders ?? (expectBody === undefined ? undefined : bodyMismatch(expectBody, text));
}
