import { app } from "stephooks";

interface Parity {
  value: number;
  remainder?: number;
  result?: "even" | "odd";
}

const parity = app.createWorkflow("parity", "Finds out whether a number is even or odd", {
  begin: async (state: Parity, goto) => {
    await goto("check", { remainder: Math.abs(state.value % 2) });
  },
  check: async (state, goto) => {
    await goto(state.remainder === 0 ? "even" : "odd");
  },
  even: async (_state, goto) => {
    await goto("end", { result: "even" });
  },
  odd: async (_state, goto) => {
    await goto("end", { result: "odd" });
  },
  end: async (state, goto) => {
    await goto(null, state);
  },
});

app.post("/start", async (req, res) => {
  const { value } = req.body;
  if (!Number.isInteger(value)) {
    res.status(400).json({ error: { code: "not-a-number", message: 'Send { "value": 7 }: any whole number.' } });
    return;
  }
  res.json(await parity.start({ value }));
});

app.get("/instances/:id", async (req, res) => {
  res.json(await parity.inspect(req.params.id));
});

app.delete("/instances/:id", async (req, res) => {
  res.json(await parity.cancelWorkflow(req.params.id));
});

export default app.init();
