import { type Duration, parseDuration } from "@stephooks/core";
import type { WorkflowOptions } from "@stephooks/engine";
import { createApp } from "../../src/app.ts";
import type { Steps, UntypedState } from "../../src/step.ts";
import type { Workflow } from "../../src/workflow.ts";
import { type Answer, appWorld, type AppWorld } from "../support/app-world.ts";

const MINUTE = 60_000;

/** One workflow `w` behind routes, on memory ports and a clock that moves only when told to. */
export interface Served {
  readonly w: Workflow<UntypedState>;
  readonly world: AppWorld;
  /** Delivers until nothing can be received at this moment. */
  settle(): Promise<void>;
  /** Moves the clock, with every message that becomes due and the sweeper's passes. */
  advance(duration: Duration): Promise<void>;
  /** `POST /instances/:id`: starts, and settles. */
  start(id: string, state?: object): Promise<void>;
  /** `POST /instances/:id/:command`. */
  give(id: string, command: string, body?: object): Promise<Answer>;
  /** `GET /instances/:id`: what `inspect` shows. */
  shown(id: string): Promise<unknown>;
  /** `GET /documents/:id`: what `getState` shows. */
  document(id: string): Promise<unknown>;
}

export function served<Names extends string>(steps: Steps<Names, UntypedState>, options?: WorkflowOptions): Served {
  const app = createApp();
  const w = app.createWorkflow("w", "Under test", steps, options);
  app.post("/instances/:id", async (req, res) => res.json(await w.start({ ...req.body, _id: req.params["id"] })));
  app.get("/instances/:id", async (req, res) => res.json(await w.inspect(req.params["id"])));
  app.get("/documents/:id", async (req, res) => res.json(await w.getState(req.params["id"])));
  app.post("/instances/:id/update", async (req, res) =>
    res.json(await w.updateState(req.params["id"], req.body.state, req.body.options)),
  );
  app.post("/instances/:id/set", async (req, res) => {
    await w.setState(req.params["id"], req.body);
    res.end();
  });
  app.post("/instances/:id/continue", async (req, res) => res.json(await w.continue(req.params["id"])));
  app.post("/instances/:id/cancel", async (req, res) => res.json(await w.cancelWorkflow(req.params["id"])));
  app.post("/instances/:id/retry", async (req, res) =>
    res.json(await w.retry(req.params["id"], req.body?.state, req.body?.options)),
  );
  app.post("/instances/:id/pause", async (req, res) => res.json(await w.pause(req.params["id"])));
  app.post("/instances/:id/resume", async (req, res) => res.json(await w.resume(req.params["id"])));
  return drive(w, appWorld(app.init()));
}

function drive(w: Workflow<UntypedState>, world: AppWorld): Served {
  const { ask, clock, deliver, queue, store } = world;
  const settle = async (): Promise<void> => {
    while ((await deliver()) > 0);
  };
  let swept = clock.now();
  /** Passes that would find nothing are left out: a year has half a million of them. */
  const nextSweep = (): number => {
    const passes = store.heads().flatMap(({ indexedAt }) => (indexedAt === undefined ? [] : [passFor(indexedAt)]));
    return Math.min(Infinity, ...passes.map((pass) => Math.max(pass, swept + MINUTE)));
  };
  const advance = async (duration: Duration): Promise<void> => {
    const end = clock.now() + (parseDuration(duration) ?? Number.NaN);
    for (;;) {
      await settle();
      const sweepAt = nextSweep();
      const next = Math.min(sweepAt, ...queue.messages().map(({ visibleAt }) => visibleAt));
      if (next > end) break;
      clock.advance(Math.max(0, next - clock.now()));
      if (next !== sweepAt) continue;
      swept = sweepAt;
      await world.handle({ stephooks: "sweep", scheduledAt: new Date(sweepAt).toISOString() });
    }
    clock.advance(end - clock.now());
    await settle();
  };
  return {
    w,
    world,
    settle,
    advance,
    start: async (id, state = {}) => {
      await ask("POST", `/instances/${id}`, state);
      await settle();
    },
    give: (id, command, body) => ask("POST", `/instances/${id}/${command}`, body),
    shown: async (id) => (await ask("GET", `/instances/${id}`)).body,
    document: async (id) => (await ask("GET", `/documents/${id}`)).body,
  };
}

/** The pass that serves an index entry: the one a minute before the entry's own. */
function passFor(indexedAt: number): number {
  return Math.floor(indexedAt / MINUTE) * MINUTE - MINUTE;
}
