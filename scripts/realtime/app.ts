/* One channel; listeners of rooms. */
import { app, realtime } from "stephooks";

app.realtime("/chat");

app.post("/listeners", async (req, res) => res.json(await realtime.createListener("/chat", req.body)));
app.post("/events", async (req, res) => {
  const { from, rooms, to } = req.body;
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  await Promise.all(numbers.map((number) => realtime.publishEvent("/chat", { number }, { room: number % rooms })));
  res.end();
});
app.get("/memory", (_req, res) => void res.json({ rss: process.memoryUsage().rss }));

export const handler = app.init();
