import { type App, createApp } from "../../src/app.ts";

interface Parity {
  readonly value: number;
  readonly remainder?: number;
  readonly result?: "even" | "odd";
}

/** The workflow every document of this project begins with, and the routes that start and show it. */
export function parityApp(): App {
  const app = createApp();
  const parity = app.createWorkflow("parity", "Finds out whether a number is even or odd", {
    begin: async (state: Parity, goto) => goto("check", { remainder: Math.abs(state.value % 2) }),
    check: async (state, goto) => goto(state.remainder === 0 ? "even" : "odd"),
    even: async (_state, goto) => goto("end", { result: "even" }),
    odd: async (_state, goto) => goto("end", { result: "odd" }),
    end: async (state, goto) => goto(null, state),
  });
  app.post("/start", async (req, res) => {
    res.json(await parity.start(req.body));
  });
  app.get("/instances/:id", async (req, res) => {
    res.json(await parity.inspect(req.params["id"]));
  });
  return app;
}
