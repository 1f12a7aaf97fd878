/*
 * The app under chaos: workflows of every shape. Each step notes in an append-only file that it ran, before it asks
 * for the next one. No step throws.
 */
import { appendFileSync } from "node:fs";
import { app, type Workflow } from "stephooks";

const file = process.env["CHAOS_FILE"] ?? "";

/** Long enough that signals find steps between their note and their commit. Milliseconds. */
const STEP_TIME = 4;

const LAPS = 4;

/** Short, so that an inline chain fits into the short life of the functions here. */
const options = { timeout: "1s" } as const;

interface Tally {
  seed: number;
  sum?: number;
  lap?: number;
  left?: number;
  middle?: number;
  right?: number;
  answer?: number;
}

interface Place {
  readonly instanceId: string;
  readonly step: string;
  readonly idempotencyKey: string;
}

/** The sum with this step's share. */
async function add(state: Tally, { instanceId, step, idempotencyKey }: Place): Promise<{ sum: number }> {
  appendFileSync(file, `${JSON.stringify({ instance: instanceId, step, key: idempotencyKey })}\n`);
  await new Promise((resolve) => setTimeout(resolve, STEP_TIME));
  return { sum: (state.sum ?? 0) + state.seed };
}

const linear = app.createWorkflow(
  "linear",
  "Three steps",
  {
    begin: async (state: Tally, goto, _wait, context) => goto("middle", await add(state, context)),
    middle: async (state, goto, _wait, context) => goto("end", await add(state, context)),
    end: async (state, goto, _wait, context) => goto(null, await add(state, context)),
  },
  options,
);

const loop = app.createWorkflow(
  "loop",
  "Four laps",
  {
    begin: async (state: Tally, goto, _wait, context) => goto("lap", { ...(await add(state, context)), lap: 1 }),
    lap: async (state, goto, _wait, context) => {
      const lap = state.lap ?? 1;
      await goto(lap < LAPS ? "lap" : "end", { ...(await add(state, context)), lap: lap + 1 });
    },
    end: async (state, goto, _wait, context) => goto(null, await add(state, context)),
  },
  options,
);

const branch = app.createWorkflow(
  "branch",
  "Three branches that join",
  {
    begin: async (state: Tally, goto, _wait, context) => goto(["left", "middle", "right"], await add(state, context)),
    left: async (state, goto, _wait, context) => {
      await add(state, context);
      await goto("join", { left: 2 * state.seed });
    },
    middle: async (state, goto, _wait, context) => {
      await add(state, context);
      await goto("join", { middle: 3 * state.seed });
    },
    right: async (state, goto, _wait, context) => {
      await add(state, context);
      await goto("join", { right: 5 * state.seed });
    },
    join: async (state, goto, _wait, context) => {
      const { sum } = await add(state, context);
      await goto(null, { sum: sum + (state.left ?? 0) + (state.middle ?? 0) + (state.right ?? 0) });
    },
  },
  options,
);

const wait = app.createWorkflow(
  "wait",
  "Asks a client, who answers over HTTP",
  {
    begin: async (state: Tally, goto, _wait, context) => goto("ask", await add(state, context)),
    ask: async (state, goto, waitFor, context) => {
      await add(state, context);
      if (state.answer === undefined) await waitFor();
      else await goto("end");
    },
    end: async (state, goto, _wait, context) => {
      const { sum } = await add(state, context);
      await goto(null, { sum: sum + (state.answer ?? 0) });
    },
  },
  options,
);

const timeout = app.createWorkflow(
  "timeout",
  "Asks nobody, and goes on when the time is over",
  {
    begin: async (state: Tally, _goto, waitFor, context) =>
      waitFor(await add(state, context), { timeout: "2s", onTimeout: "lapsed" }),
    lapsed: async (state, goto, _wait, context) => goto(null, await add(state, context)),
  },
  options,
);

const delay = app.createWorkflow(
  "delay",
  "Goes on after a second",
  {
    begin: async (state: Tally, goto, _wait, context) => goto("late", await add(state, context), { delay: "1s" }),
    late: async (state, goto, _wait, context) => goto("end", await add(state, context)),
    end: async (state, goto, _wait, context) => goto(null, await add(state, context)),
  },
  options,
);

const inline = app.createWorkflow(
  "inline",
  "Five steps, chained in one invocation when there is time",
  {
    one: async (state: Tally, goto, _wait, context) => goto("two", await add(state, context)),
    two: async (state, goto, _wait, context) => goto("three", await add(state, context)),
    three: async (state, goto, _wait, context) => goto("four", await add(state, context)),
    four: async (state, goto, _wait, context) => goto("five", await add(state, context)),
    five: async (state, goto, _wait, context) => goto(null, await add(state, context)),
  },
  { ...options, inline: true },
);

const workflows: Readonly<Record<string, Workflow<Tally>>> = { linear, loop, branch, wait, timeout, delay, inline };

app.post("/start", async (req, res) => {
  const { id, shape, seed } = req.body;
  const workflow = workflows[shape];
  if (workflow === undefined) throw new TypeError(`no workflow ${shape}`);
  const instance = await workflow.start({ seed }, { id });
  res.json({ id: instance._id });
});

/** Acknowledges an answer that is stored, by this call or by one whose acknowledgement was lost. */
app.post("/answer/:id", async (req, res) => {
  const { answer } = req.body;
  try {
    await wait.updateState(req.params["id"], { answer });
  } catch (error) {
    const state = await wait.getState(req.params["id"]);
    if (state.answer !== answer) throw error;
  }
  res.json({ answer });
});

/** Acknowledges a pause that is in force, by this call or by an earlier one, and one that came after the end. */
app.post("/pause/:id", async (req, res) => {
  await acknowledgedWhen("already-ended", linear.pause(req.params["id"]));
  res.json({});
});

/** Acknowledges that no pause is in force. */
app.post("/resume/:id", async (req, res) => {
  await acknowledgedWhen("not-paused", linear.resume(req.params["id"]));
  res.json({});
});

async function acknowledgedWhen(code: string, command: Promise<unknown>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === code)) throw error;
  }
}

export default app.init();
