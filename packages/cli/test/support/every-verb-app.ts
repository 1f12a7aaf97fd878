/** An app on which every verb has something to do, and routes that set the scene for it. */
export const everyVerbApp = `import { app, Datastore } from "stephooks";
const order = app.createWorkflow("order", "Waits for a yes", {
  ask: (state, goto, wait) => state.approved ? goto(null, { done: true }) : wait({}),
});
const late = app.createWorkflow("late", "Goes on in ten minutes", {
  begin: (state, goto) => goto("end", {}, { delay: "10m" }),
  end: (state, goto) => goto(null),
});
const flaky = app.createWorkflow("flaky", "Fails unless ok", {
  try: (state, goto) => { if (!state.ok) throw new Error("the bank said no"); goto(null, {}); },
});
flaky.configure({ maxRetries: 0 });
app.post("/approve/:id", async (req, res) => { res.json(await order.updateState(req.params.id, { approved: true })); });
app.post("/pause/:id", async (req, res) => { await order.pause(req.params.id); res.json({}); });
app.worker("mail", async (req, res) => {
  const db = Datastore.open();
  if ((await db.get("open")) !== true) throw new Error("the post office is closed");
  await db.insertOne("sent", { _id: req.body.payload.to });
  res.end();
}, { retry: { maximumAttempts: 1 } });
app.post("/open/:is", async (req, res) => { await Datastore.open().set("open", req.params.is === "true"); res.json({}); });
app.post("/start/:id", async (req, res) => { res.json(await order.start({ where: req.body.where }, { id: req.params.id })); });
app.post("/mail", async (req, res) => { res.json(await Datastore.open().enqueue("mail", req.body)); });
app.job("0 9 * * MON", async (_req, res) => { await Datastore.open().incr("runs", 1); res.end(); }, { name: "weekly" });
export default app.init();
`;
