/* Compiled, never run: a line below `@ts-expect-error` must not compile, every other line must. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { app, type InspectionOf, type StepContext, type StepState, type Workflow } from "stephooks";
import { createHost, type HostSettings, type LambdaHandler } from "stephooks/host";
import { expectTypeOf } from "vitest";

type Names = "begin" | "check" | "end";

// Step names are those of the object, with no annotation.
app.createWorkflow("untyped", "Names only", {
  begin: async (state, goto) => {
    expectTypeOf(goto).parameter(0).toEqualTypeOf<Names | readonly Names[] | null>();
    expectTypeOf(state["anything"]).toBeAny();
    expectTypeOf(state._id).toEqualTypeOf<string>();
    expectTypeOf(state.instanceId).toEqualTypeOf<string>();
    await goto("check", { whatever: 1, nested: { deep: [true] } });
    await goto("check");
    await goto("begin", state);
    // @ts-expect-error -- no such step
    await goto("chekc");
    // @ts-expect-error -- no such step
    await goto("chekc", { whatever: 1 });
    // @ts-expect-error -- a step or null
    await goto(undefined);
    // @ts-expect-error -- a step or null
    await goto();
    // @ts-expect-error -- state is an object
    await goto("end", 5);
  },
  check: (state, goto) => {
    const next: string = "end";
    // @ts-expect-error -- any text is not a step
    void goto(next);
    return goto(state["value"] % 2 === 0 ? "end" : "begin");
  },
  end: async (_state, goto) => {
    await goto(null);
    await goto(null, { result: "x" });
    // @ts-expect-error -- no such step in the last one either
    await goto("finish");
  },
});

interface Order {
  total: number;
  note?: string;
  tags: readonly string[];
}

// The first step's annotation types the state of every step and of the workflow.
const annotated = app.createWorkflow("annotated", "Typed by its first step", {
  begin: async (state: Order, goto) => {
    expectTypeOf(state.total).toEqualTypeOf<number>();
    // @ts-expect-error -- no such step, typed state or not
    await goto("ned", { total: 1 });
    await goto("end", { total: 2 });
  },
  end: async (state, goto, _wait, context) => {
    expectTypeOf(state.total).toEqualTypeOf<number>();
    expectTypeOf(state.note).toEqualTypeOf<string | undefined>();
    expectTypeOf(state._id).toEqualTypeOf<string>();
    expectTypeOf(context).toEqualTypeOf<StepContext>();
    // @ts-expect-error -- the state has no such key
    void state.totl;
    await goto(null, state);
    await goto(null, { ...state, total: state.total + 1 });
    await goto(null, {});
    await goto(null, { note: undefined });
    // A key that must be there may be removed on the way: only the next step can know.
    await goto(null, { total: undefined });
    // @ts-expect-error -- a number
    await goto(null, { total: "2" });
    // @ts-expect-error -- of a list of text
    await goto(null, { tags: [1] });
    // @ts-expect-error -- the state has no such key
    await goto(null, { totl: 2 });
    // @ts-expect-error -- nor beside one that it has
    await goto("begin", { total: 2, extra: true });
  },
});
expectTypeOf(annotated).toEqualTypeOf<Workflow<Order>>();

// With StepState the first step's annotation has the engine's keys too, and types the workflow as before.
const identified = app.createWorkflow("identified", "Looks at its own id", {
  begin: async (state: StepState<Order>, goto) => {
    expectTypeOf(state._id).toEqualTypeOf<string>();
    expectTypeOf(state.instanceId).toEqualTypeOf<string>();
    // @ts-expect-error -- the state has no such key
    await goto("end", { totl: 2 });
    // @ts-expect-error -- the engine's own
    await goto("end", { instanceId: "other" });
    await goto("end", { total: 2 });
  },
  end: async (state, goto) => {
    expectTypeOf(state.total).toEqualTypeOf<number>();
    await goto(null);
  },
});
expectTypeOf(identified).toEqualTypeOf<Workflow<Order>>();

declare const schema: StandardSchemaV1<unknown, { total: number; tags: string[] }>;
declare const transforming: StandardSchemaV1<{ total: string }, { total: number }>;

// options.state types it with no annotation at all.
const checked = app.createWorkflow(
  "checked",
  "Typed by its schema",
  {
    begin: async (state, goto) => {
      expectTypeOf(state.total).toEqualTypeOf<number>();
      // @ts-expect-error -- the schema has no such key
      void state.note;
      // @ts-expect-error -- a number
      await goto("end", { total: "2" });
      // @ts-expect-error -- the schema has no such key
      await goto("end", { note: "x" });
      // @ts-expect-error -- no such step
      await goto("ned");
      await goto("end", { total: 2 });
    },
    end: async (state, goto) => goto(state.tags.length > 0 ? null : "begin"),
  },
  { state: schema, timeout: "10s", retry: { maximumAttempts: 2 }, steps: { end: { timeout: 500 } } },
);
expectTypeOf(checked).toEqualTypeOf<Workflow<{ total: number; tags: string[] }>>();

app.createWorkflow(
  "transformed",
  "Typed by what its schema makes of the start state",
  { only: async (state, goto) => goto(null, { total: state.total + 1 }) },
  { state: transforming },
);

// @ts-expect-error -- a duration has a unit
app.createWorkflow("long", "A wrong option", { only: (_state, goto) => goto(null) }, { timeout: "ten seconds" });
// @ts-expect-error -- a step is a function
app.createWorkflow("none", "A wrong step", { only: "not a function" });

// What a step knows of its attempt.
app.createWorkflow("context", "Uses the context", {
  only: async (_state, goto, wait, context) => {
    expectTypeOf(context.attempt).toEqualTypeOf<number>();
    expectTypeOf(context.idempotencyKey).toEqualTypeOf<string>();
    expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context.remainingTime).returns.toEqualTypeOf<number>();
    context.log.log("info", "working", { attempt: context.attempt });
    await fetch("https://example.com", { signal: context.signal });
    // @ts-expect-error -- nothing of the context can be set
    context.attempt = 2;
    expectTypeOf(wait).returns.toEqualTypeOf<Promise<void>>();
    await goto(null);
  },
});

// The workflow's own methods.
export async function methods(): Promise<void> {
  const started = await annotated.start({ total: 1, tags: [] });
  expectTypeOf(started.total).toEqualTypeOf<number>();
  expectTypeOf(started._id).toEqualTypeOf<string>();
  expectTypeOf(started.nextStep).toEqualTypeOf<string | null>();
  await annotated.start({ _id: "own", total: 1, tags: [] });
  await annotated.start({ total: 1, tags: [] }, { id: "own", onExists: "error" });
  // @ts-expect-error -- a number
  await annotated.start({ total: "1", tags: [] });
  // @ts-expect-error -- tags are missing
  await annotated.start({ total: 1 });
  // @ts-expect-error -- no such key
  await annotated.start({ total: 1, tags: [], totl: 2 });
  // @ts-expect-error -- return or error
  await annotated.start({ total: 1, tags: [] }, { onExists: "replace" });

  const other = await annotated.start("untyped", { anything: true }, { id: "x" });
  expectTypeOf(other["anything"]).toEqualTypeOf<unknown>();
  await annotated.start("untyped");
  // @ts-expect-error -- state is an object
  await annotated.start("untyped", 5);

  const shown = await annotated.getState("own");
  expectTypeOf(shown.note).toEqualTypeOf<string | undefined>();
  expectTypeOf(shown.createdAt).toEqualTypeOf<string>();
  const inspection = await annotated.inspect("own");
  expectTypeOf(inspection).toEqualTypeOf<InspectionOf<Order>>();
  expectTypeOf(inspection.state.note).toEqualTypeOf<string | undefined>();
  const cancelled = await annotated.cancelWorkflow("own");
  expectTypeOf(cancelled.total).toEqualTypeOf<number>();
  // @ts-expect-error -- an id is text
  await annotated.getState(7);
}

// Route functions are typed by their place.
app.get("/orders/:id", async (req, res) => {
  expectTypeOf(req.params["id"]).toEqualTypeOf<string | undefined>();
  expectTypeOf(req.headers["host"]).toEqualTypeOf<string | undefined>();
  expectTypeOf(req.query["page"]).toEqualTypeOf<string | string[] | undefined>();
  expectTypeOf(req.body).toBeAny();
  expectTypeOf(req.rawBody).toEqualTypeOf<string>();
  // A path parameter goes into a workflow as it is.
  res
    .status(200)
    .set("x-a", "b")
    .json(await annotated.inspect(req.params["id"]));
  // @ts-expect-error -- no such method
  res.sendd("x");
  // @ts-expect-error -- a status is a number
  res.status("200");
});
app.post(/^\/orders$/, (req, res, next) => (req.body.total > 0 ? res.end() : next("no total")));
app.use((req, _res, next) => {
  expectTypeOf(req.method).toEqualTypeOf<string>();
  next();
});
app.auth("/public/*", (_req, _res, next) => next());
// @ts-expect-error -- a route needs functions
app.get("/none", "not a function");

// app.init() is what Lambda calls.
type AnyLambdaHandler = (event: unknown, context?: unknown) => Promise<unknown>;
export const handler: AnyLambdaHandler = app.init();
const own: LambdaHandler = app.init();
expectTypeOf(own.manifest.version).toEqualTypeOf<1>();
app.init(async () => {});
export function hosts(ports: Parameters<typeof createHost>[1], settings: HostSettings): void {
  createHost(own, ports, settings);
  // @ts-expect-error -- only what app.init() answers
  createHost(async () => {}, ports, settings);
}

// Watching: show sees the state and the engine's fields, emit takes anything, events are told apart by their type.
const watched = app.createWorkflow("watched", "Is watched", {
  only: async (state: { total: number }, goto, _wait, { emit }) => {
    await emit({ percent: state.total });
    return goto(null);
  },
});
watched.progressRoute({ show: ({ _id, total }) => ({ _id, total: total + 1 }) });
// @ts-expect-error -- no such key of the state
watched.progressRoute({ show: ({ totals }) => totals });
// @ts-expect-error -- no duration
void watched.createProgressToken("id", { expiresIn: "1 hour" });
export async function watch(): Promise<void> {
  for await (const event of watched.subscribe("id", { after: "1.0" })) {
    if (event.type === "transition") expectTypeOf(event.seq).toEqualTypeOf<number>();
    // @ts-expect-error -- only of a transition
    if (event.type === "status") expectTypeOf(event.seq).toEqualTypeOf<number>();
  }
}
