import { app } from "stephooks";

/* The app whose start is measured: one route. */
app.get("/hello", (_req, res) => res.json({ hello: "world" }));

export default app.init();
