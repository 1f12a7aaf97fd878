/* The app that is killed: every step notes in an append-only file that it ran, before it asks for the next one. */
import { appendFileSync } from "node:fs";
import { app } from "stephooks";

const file = process.env["KILL_WORKER_FILE"] ?? "";

/** Long enough that a kill finds many steps between their note and their commit. */
const STEP_TIME = 15;

const LAPS = 3;

interface Tally {
  seed: number;
  sum: number;
  lap?: number;
}

async function work(instance: string, step: string, key: string): Promise<void> {
  appendFileSync(file, `${JSON.stringify({ instance, step, key })}\n`);
  await new Promise((resolve) => setTimeout(resolve, STEP_TIME));
}

const tally = app.createWorkflow("tally", "Adds up in a loop", {
  begin: async (state: Tally, goto, _wait, { instanceId, idempotencyKey }) => {
    await work(instanceId, "begin", idempotencyKey);
    await goto("lap", { lap: 1 });
  },
  lap: async (state, goto, _wait, { instanceId, idempotencyKey }) => {
    await work(instanceId, "lap", idempotencyKey);
    const lap = state.lap ?? 1;
    await goto(lap < LAPS ? "lap" : "end", { sum: state.sum + state.seed, lap: lap + 1 });
  },
  end: async (state, goto, _wait, { instanceId, idempotencyKey }) => {
    await work(instanceId, "end", idempotencyKey);
    await goto(null);
  },
});

app.post("/start", async (req, res) => {
  res.json(await tally.start({ seed: req.body.seed, sum: 0 }));
});

export default app.init();
