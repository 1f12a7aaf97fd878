/* The app that is killed: every job notes in an append-only file when it begins and when it has ended. */
import { appendFileSync } from "node:fs";
import { app, Datastore, type JobRequest } from "stephooks";

const file = process.env["KILL_JOBS_FILE"] ?? "";

/** Long enough that a kill finds jobs between their two notes. Milliseconds. */
const JOB_TIME = 15;

/** A job that is killed several times in a row is not given up: every job must be done in the end. */
const retry = { maximumAttempts: 50 };

async function work({ body }: JobRequest): Promise<void> {
  const { jobId, topic } = body;
  const note = (what: string): void => appendFileSync(file, `${JSON.stringify({ topic, job: jobId, what })}\n`);
  note("begin");
  await new Promise((resolve) => setTimeout(resolve, JOB_TIME));
  note("end");
}

app.worker("mail", work, { workers: 1, retry });
app.worker("orders", work, { workers: 1, retry });
app.worker("images", work, { workers: 4, retry });

app.post("/enqueue", async (req, res) => {
  const db = await Datastore.open();
  const { jobId } = await db.enqueue(req.body.topic, { number: req.body.number });
  res.json({ jobId });
});

export default app.init();
