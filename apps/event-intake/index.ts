import { app, Datastore } from "stephooks";
import { checkEvent, type EventKind, type OrderEvent } from "./order-event.ts";
import { isSigned } from "./signature.ts";

/** A queue that another team's warehouse writes to. Its owner made it; this app only reads it. */
const WAREHOUSE_QUEUE = "arn:aws:sqs:us-east-1:123456789012:warehouse-events";

type Order = { readonly [Kind in EventKind]?: string } & { reminded?: boolean };

/** One instance per order. It does not matter in which order the events come, nor how often. */
const orders = app.createWorkflow("order", "From the click to the parcel", {
  collect: async (state: Order, goto, wait) => {
    if (state.placed === undefined || state.paid === undefined) {
      return state.reminded
        ? wait({}, { timeout: "4d", onTimeout: "expire" })
        : wait({}, { timeout: "3d", onTimeout: "remind" });
    }
    return goto("pack");
  },
  remind: async (_state, goto) => goto("collect", { reminded: true }),
  pack: async (state, goto) => {
    // By the order's own id: a second run of this step packs nothing twice.
    const data = await Datastore.open();
    await data.updateOne("packing-list", { _id: state._id }, { $set: { paid: state.paid } }, { upsert: true });
    return goto("deliver");
  },
  deliver: async (state, goto, wait) => (state.sent === undefined ? wait() : goto(null)),
  expire: async (_state, goto) => goto(null),
});

/** One instance per event: its id is the event's, so an event that comes twice is one event. */
const intake = app.createWorkflow("intake", "Hands one event to its order", {
  hand: async (state: { event: OrderEvent; late?: boolean }, goto) => {
    const { at, kind, order } = state.event;
    const id = `order:${order}`;
    const { status } = await orders.inspect((await orders.start({}, { id }))._id);
    if (["completed", "cancelled", "failed"].includes(status)) return goto(null, { late: true });
    await orders.updateState(id, { [kind]: at });
    return goto(null);
  },
});

async function accept(event: OrderEvent): Promise<string> {
  return (await intake.start({ event }, { id: `event:${event.id}` }))._id;
}

// Whoever knows the secret needs no API key.
app.auth("/webhooks/*", (_req, _res, next) => next());

app.post("/webhooks/shop", async (req, res) => {
  const secret = process.env["WEBHOOK_SECRET"] ?? "";
  if (secret === "" || !isSigned(req.headers["x-signature"], req.rawBody, secret, Date.now())) {
    res.status(401).json({ error: { code: "bad-signature", message: "Sign the raw body with the shared secret." } });
    return;
  }
  const event = checkEvent(req.body);
  if (typeof event === "string") {
    res.status(400).json({ error: { code: "bad-event", message: `The event was refused: ${event}.` } });
    return;
  }
  // Accepted when this is answered: the start is in queue and table. Until then the sender sends it again.
  res.status(202).json({ id: await accept(event) });
});

app.worker(
  "warehouse",
  async (req, res) => {
    const event = checkEvent(req.body.payload);
    if (typeof event === "string") {
      // Sending it again would not make it better: it is put aside, and goes from the queue.
      const data = await Datastore.open();
      const refused = { reason: event, message: JSON.stringify(req.body.payload).slice(0, 1_000) };
      await data.updateOne("refused-events", { _id: req.body._id }, { $set: refused }, { upsert: true });
    } else await accept(event);
    res.end();
  },
  { source: { queueArn: WAREHOUSE_QUEUE } },
);

app.get("/orders/:id", async (req, res) => {
  const { state, status, step } = await orders.inspect(`order:${req.params["id"]}`);
  res.json({ status, step, ...state });
});

app.get("/refused-events", async (_req, res) => (await Datastore.open()).getMany("refused-events").json(res));

export default app.init();
