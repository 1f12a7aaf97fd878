import { app } from "stephooks";
import { isSigned } from "./signature.ts";

interface Payment {
  readonly id: string;
  readonly amount: number;
}

/** One instance per event: its id is the event's, so an event that is sent twice is worked on once. */
const payments = app.createWorkflow("payment", "From the webhook to the receipt", {
  record: async (state: Payment & { recordedAt?: string; receipt?: string }, goto) =>
    goto("receipt", { recordedAt: new Date().toISOString(), amount: state.amount }),
  receipt: async (state, goto) => goto(null, { receipt: `R-${state.id}` }),
});

// Whoever knows the secret needs no API key.
app.auth("/webhooks/*", (_req, _res, next) => next());

app.post("/webhooks/payments", async (req, res) => {
  const secret = process.env["WEBHOOK_SECRET"] ?? "";
  if (secret === "" || !isSigned(req.headers["x-signature"], req.rawBody, secret)) {
    res.status(401).json({ error: "Sign the raw body with WEBHOOK_SECRET." });
    return;
  }
  const payment = asPayment(req.body);
  if (payment === undefined) {
    res.status(400).json({ error: 'Send {"id":"...","amount":1}.' });
    return;
  }
  // Accepted when this is answered; until then the sender sends it again.
  const { _id: id } = await payments.start({ ...payment }, { id: payment.id });
  res.status(202).json({ id });
});

app.get("/payments/:id", async (req, res) => {
  const { state, status } = await payments.inspect(req.params["id"]);
  res.json({ status, ...state });
});

function asPayment(given: unknown): Payment | undefined {
  const { amount, id } = Object(given);
  return typeof id === "string" && id !== "" && typeof amount === "number" ? { id, amount } : undefined;
}

export default app.init();
