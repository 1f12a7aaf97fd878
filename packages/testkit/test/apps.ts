import { createApp, type LambdaHandler } from "stephooks/host";

/** A shop that charges, waits a day and thanks; one route starts an order. */
export function shop(charge: (key: string) => void = () => {}): LambdaHandler {
  const app = createApp();
  const orders = app.createWorkflow("orders", "Sells one thing", {
    charge: async (state: { total: number; paid?: number; thanked?: boolean }, goto, _wait, context) => {
      charge(context.idempotencyKey);
      await goto("thank", { paid: state.total }, { delay: "1d" });
    },
    thank: async (_state, goto) => goto(null, { thanked: true }),
  });
  app.post("/orders/:id", async (req, res) => {
    res.status(201).json(await orders.start({ total: req.body.total }, { id: req.params["id"] ?? "" }));
  });
  app.get("/orders/:id", async (req, res) => {
    res.set("x-seen", "yes").json({ id: req.params["id"], query: req.query });
  });
  return app.init();
}
