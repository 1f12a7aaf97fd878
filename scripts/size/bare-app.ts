import { bareClients } from "@stephooks/aws/bare-clients";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";

/* A route as one writes it without stephooks: hono, and the clients of DynamoDB and SQS. */
const clients = bareClients();
const app = new Hono();
app.get("/hello", (context) => context.json({ hello: "world" }));
app.post("/touch", async (context) => {
  await clients.touch("table", "https://queue.example");
  return context.body(null, 204);
});
export const handler = handle(app);
