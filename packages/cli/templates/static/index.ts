import { app } from "stephooks";

// Everybody may see the site, and call what its pages call.
app.auth("/api/*", (_req, _res, next) => next());

app.get("/api/time", async (_req, res) => {
  res.json({ time: new Date().toISOString() });
});

app.static({ route: "/", directory: "/public" });

export default app.init();
