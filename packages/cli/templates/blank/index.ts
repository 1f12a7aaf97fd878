import { app } from "stephooks";

app.get("/hello", async (req, res) => {
  res.json({ hello: req.query["name"] ?? "world" });
});

export default app.init();
