import { app } from "stephooks";

interface Order {
  items: number;
  parcel?: string;
  invoice?: string;
}

/** How long the warehouse takes for one thing, milliseconds. */
const pace = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Number(process.env["WAREHOUSE_PACE"] ?? 400)));

const orders = app.createWorkflow(
  "orders",
  "Reserves, packs and bills, delivers",
  {
    reserve: async (state: Order, goto, _wait, { emit }) => {
      for (let item = 1; item <= state.items; item += 1) {
        await pace();
        await emit({
          percent: Math.round((40 * item) / state.items),
          text: `Item ${item} of ${state.items} is reserved`,
        });
      }
      return goto(["pack", "bill"]);
    },
    pack: async (_state, goto, _wait, { emit, instanceId }) => {
      await pace();
      await emit({ percent: 60, text: "The parcel is packed" });
      return goto("deliver", { parcel: `P-${instanceId}` });
    },
    bill: async (_state, goto, _wait, { instanceId }) => {
      await pace();
      return goto("deliver", { invoice: `I-${instanceId}` });
    },
    deliver: async (_state, goto, _wait, { emit }) => {
      for (const percent of [70, 80, 90, 100]) {
        await pace();
        await emit({ percent, text: percent === 100 ? "Delivered" : "The parcel is on its way" });
      }
      return goto(null);
    },
  },
  // A page that was closed for a while is told every transition all the same.
  { history: "full", timeout: "30s" },
);

// Everybody may order, as in a shop. Who has ordered gets the token to watch this order, and no other.
app.auth("/orders", (_req, _res, next) => next());
app.post("/orders", async (req, res) => {
  const items: unknown = Object(req.body).items;
  if (!Number.isInteger(items) || Number(items) < 1 || Number(items) > 20) {
    return void res.status(400).json({ error: "items is a number from 1 to 20" });
  }
  const { _id } = await orders.start({ items: Number(items) });
  res.status(201).json({ id: _id, token: await orders.createProgressToken(_id, { expiresIn: "2h" }) });
});

// EventSource sends no header: the path is open, and the token in its query is the permission.
app.auth("/progress/*", (_req, _res, next) => next());
app.get("/progress/:id", orders.progressRoute({ show: ({ invoice, parcel }) => ({ invoice, parcel }) }));

app.static({ directory: "/public", headers: { "content-security-policy": "default-src 'self'" } });

export default app.init();
