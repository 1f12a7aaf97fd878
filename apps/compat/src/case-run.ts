import type { EventStream } from "./event-stream.ts";
import type { Sink } from "./sink.ts";

/** What the steps of one run share. */
export interface CaseRun {
  readonly url: string;
  readonly apiKey: string;
  readonly sink: Sink;
  readonly patience: number;
  readonly variables: Map<string, string>;
  readonly streams: Map<string, EventStream>;
}

/** Asks the local stack itself. Throws with its answer when it refuses. */
export async function control(url: string, name: string, input: object): Promise<unknown> {
  const answer = await fetch(`${url}/_stephooks/${name}`, { method: "POST", body: JSON.stringify(input) });
  if (answer.ok) return answer.json();
  throw new Error(`/_stephooks/${name} answered ${answer.status}: ${await answer.text()}`);
}
