import { expect, test } from "vitest";
import { firstLine } from "./support/dev-command.ts";
import { expectDocumented } from "./support/documented-shapes.ts";
import { runCommand, startCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

const clock = `import { app, Datastore } from "stephooks";
app.job("* * * * *", async (_req, res) => { await Datastore.open().incr("ticks", 1); res.end(); }, { name: "tick" });
app.get("/ticks", async (_req, res) => { res.json({ ticks: await Datastore.open().get("ticks") }); });
export default app.init();
`;

test(
  "preview serves what was built, asks for the key, and its schedules tick by themselves",
  { timeout: 180_000 },
  async () => {
    const cwd = temporaryApp({ "index.ts": clock });
    expect(await runCommand(["build"], { cwd })).toMatchObject({ code: 0 });
    const preview = startCommand(["preview", "--port", "0", "--api-key", "the key", "--json"], { cwd });
    const ready: { url: string } = JSON.parse(await firstLine(preview));
    expectDocumented("preview", ready);
    const ask = (headers: Readonly<Record<string, string>>) => fetch(`${ready.url}/ticks`, { headers });
    expect((await ask({})).status).toBe(401);
    const ticks = async (): Promise<unknown> => (await ask({ "x-apikey": "the key" })).json();
    // A schedule's smallest step is a minute.
    await expect.poll(ticks, { timeout: 90_000, interval: 250 }).toEqual({ ticks: 1 });
    preview.child.kill("SIGINT");
    expect((await preview.ended).code).toBe(0);
  },
);
