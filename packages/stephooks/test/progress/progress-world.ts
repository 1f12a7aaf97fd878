import type { WorkflowOptions } from "@stephooks/engine";
import { createApp } from "../../src/app.ts";
import type { ProgressEvent } from "../../src/index.ts";
import type { Steps, UntypedState } from "../../src/step.ts";
import type { ProgressOptions, Workflow } from "../../src/workflow.ts";
import { appWorld, type AppWorld, type WorldOptions } from "../support/app-world.ts";
import { answerOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { type Client, clientsOf, type ConnectOptions } from "../realtime/realtime-world.ts";

export interface ProgressWorld {
  readonly w: Workflow<UntypedState>;
  readonly other: Workflow<UntypedState>;
  readonly app: AppWorld;
  /** A browser at `/progress/:id`, by the Function URL. */
  watch(id: string, options?: ConnectOptions & { readonly token?: string }): Promise<Client>;
  /** One request of it by the HTTP API, which waits for the whole answer. */
  ask(id: string, token: string, lastEventId?: string): Promise<{ readonly status: number; readonly text: string }>;
  pass(milliseconds: number): Promise<void>;
}

export interface ProgressWorldOptions extends WorldOptions {
  readonly workflow?: WorkflowOptions;
  readonly progress?: ProgressOptions<UntypedState>;
}

/** A workflow `w` whose instances are watched at `/progress/:id`, and another one beside it. */
export function progressWorld<Names extends string>(
  steps: Steps<Names, UntypedState>,
  options: ProgressWorldOptions = {},
): ProgressWorld {
  const registered = createApp();
  const w = registered.createWorkflow("w", "Under test", steps, { history: "full", ...options.workflow });
  const other = registered.createWorkflow("other", "Beside it", { only: (_state: UntypedState, goto) => goto(null) });
  registered.get("/progress/:id", w.progressRoute(options.progress));
  registered.get("/any", w.progressRoute(options.progress));
  const app = appWorld(registered.init(), options);
  const { connect, pass } = clientsOf(app);
  return {
    w,
    other,
    app,
    watch: async (id, { token, ...connection } = {}) => {
      const query = `token=${token ?? (await w.createProgressToken(id, { expiresIn: "1d" }))}`;
      return connect(`/progress/${id}`, { query, ...connection });
    },
    ask: async (id, token, lastEventId) => {
      const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
      const event = httpEvent({ method: "GET", path: `/progress/${id}`, query: `token=${token}`, headers });
      const { body, status } = answerOf(await app.handle(event));
      return { status, text: typeof body === "string" ? body : JSON.stringify(body) };
    },
    pass,
  };
}

/** Everything up to the end of an instance that has ended, or to where it stands. */
export async function read(
  world: ProgressWorld,
  id: string,
  after?: string,
  options?: ProgressOptions<UntypedState>,
): Promise<readonly ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  for await (const event of world.w.subscribe(id, { ...(after === undefined ? {} : { after }), ...options })) {
    events.push(event);
    if (event.type === "status") break;
  }
  return events;
}

/** An event in a word: `3 goto a`, `3.1 a "x"`, `gap 1-4`, `= completed b`. */
export function word(event: unknown): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read back from the JSON that was sent
  const sent = event as ProgressEvent;
  switch (sent.type) {
    case "transition":
      return `${sent.seq} ${sent.outcome} ${sent.step}`;
    case "progress":
      return `${sent.id} ${sent.step} ${JSON.stringify(sent.data)}`;
    case "gap":
      return `gap ${sent.from}-${sent.to}`;
    case "status":
      return `= ${sent.status} ${sent.step}`;
  }
}

export const words = (events: readonly unknown[]): readonly string[] => events.map(word);
