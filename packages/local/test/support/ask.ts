import { isRecord } from "@stephooks/core";
import { until } from "./until.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function ask(
  url: string,
  { body, headers = {}, method = "GET" }: { method?: string; body?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: isRecord(answer) ? answer : {} };
}

/** Starts an instance of the fixture app's workflow; its id. */
export async function startInstance(url: string, workflow = "laps"): Promise<string> {
  const { body, status } = await ask(`${url}/${workflow}`, { method: "POST", body: { lap: 0 } });
  if (typeof body["_id"] === "string") return body["_id"];
  throw new Error(`POST /${workflow} answered ${status}: ${JSON.stringify(body)}`);
}

export async function statusOf(url: string, id: string): Promise<unknown> {
  return (await ask(`${url}/instances/${id}`)).body["status"];
}

/** Settles when all of them have completed all laps. */
export async function untilCompleted(url: string, ids: readonly string[], laps = 6): Promise<void> {
  await until(`${ids.length} instances complete`, async () => {
    const answers = await Promise.all(ids.map((id) => ask(`${url}/instances/${id}`)));
    return answers.every(({ body }) => {
      const { state, status } = body;
      return status === "completed" && isRecord(state) && state["lap"] === laps;
    });
  });
}
