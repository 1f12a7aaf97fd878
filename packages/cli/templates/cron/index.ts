import { app, Datastore } from "stephooks";

app.post("/visits", async (req, res) => {
  const data = await Datastore.open();
  const visit = await data.insertOne("visits", { page: String(req.body.page ?? "/"), at: new Date().toISOString() });
  res.status(201).json(visit);
});

// Every day at 06:00 in Berlin. One run per tick, tried again when it throws.
app.job(
  "0 6 * * *",
  async (req) => {
    const data = await Datastore.open();
    const visits = await data.getMany("visits").toArray();
    const day = req.body.payload.scheduledAt.slice(0, 10);
    // By the day, not by chance: a second run of the same tick writes the same report.
    await data.updateOne("reports", { _id: day }, { $set: { visits: visits.length } }, { upsert: true });
  },
  { name: "report", timeZone: "Europe/Berlin", timeout: "2m" },
);

app.get("/reports", async (_req, res) => {
  const data = await Datastore.open();
  await data.getMany("reports").json(res);
});

export default app.init();
