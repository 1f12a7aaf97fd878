/* One channel; listeners of rooms. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { app, realtime } from "stephooks";

// A collection on request, without a flag for the whole stack.
setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

app.realtime("/chat");

app.post("/listeners", async (req, res) => res.json(await realtime.createListener("/chat", req.body)));
app.post("/events", async (req, res) => {
  const { from, rooms, to } = req.body;
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  await Promise.all(numbers.map((number) => realtime.publishEvent("/chat", { number }, { room: number % rooms })));
  res.end();
});
app.get("/memory", (_req, res) => {
  const { rss } = process.memoryUsage();
  gc();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  res.json({ rss, live: heapUsed + arrayBuffers });
});

export const handler = app.init();
