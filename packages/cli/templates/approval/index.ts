import { app } from "stephooks";

interface Request {
  readonly what: string;
  readonly by: string;
  readonly reminders?: number;
  readonly approved?: boolean;
  readonly approver?: string;
  readonly outcome?: "approved" | "refused" | "expired";
}

/** Who waits for an answer longer than this is reminded. */
const PATIENCE = "2d";
const MOST_REMINDERS = 2;

const requests = app.createWorkflow("request", "Waits for an approval, reminds, and gives up in the end", {
  // First look whether the answer is there, then wait: an answer that comes early is not lost.
  ask: async (state: Request, goto, wait) => {
    if (state.approved === undefined) return wait({}, { timeout: PATIENCE, onTimeout: "remind" });
    return goto("close", { outcome: state.approved ? "approved" : "refused" });
  },
  remind: async ({ reminders = 0 }, goto) => {
    if (reminders >= MOST_REMINDERS) return goto("close", { outcome: "expired" });
    return goto("ask", { reminders: reminders + 1 });
  },
  close: async (_state, goto) => goto(null),
});

app.post("/requests", async (req, res) => {
  const { by, what } = req.body;
  if (typeof what !== "string" || typeof by !== "string") {
    res.status(400).json({ error: 'Send {"what":"...","by":"..."}.' });
    return;
  }
  const { _id: id } = await requests.start({ what, by });
  res.status(201).json({ id });
});

app.get("/requests/:id", async (req, res) => {
  const { state, status, step } = await requests.inspect(req.params["id"]);
  res.json({ status, step, ...state });
});

app.post("/requests/:id/answer", async (req, res) => {
  const { approved, approver } = req.body;
  if (typeof approved !== "boolean" || typeof approver !== "string") {
    res.status(400).json({ error: 'Send {"approved":true,"approver":"..."}.' });
    return;
  }
  await requests.updateState(req.params["id"], { approved, approver });
  res.json({ approved, approver });
});

export default app.init();
