import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type FakeAws, fakeAws } from "./fake-aws.ts";
import { runCommand } from "./run-command.ts";
import { temporaryApp } from "./temporary-app.ts";

/** What the stack tells once it is deployed. */
export const outputs = { ApiUrl: "https://abc.execute-api.eu-central-1.amazonaws.com", TableName: "shop-prod-Table-1" };

/** An app with one workflow of these steps. */
export const appWith = (...steps: readonly string[]): string => `import { app } from "stephooks";
app.get("/hello", async (_req, res) => { res.json({ hello: "world" }); });
app.createWorkflow("orders", "", { ${steps.map((step) => `${step}: async (_s, goto) => goto(null)`).join(", ")} });
export default app.init();
`;

/** An app called shop, an account to deploy it to, and the command with `--stage prod`. */
interface World {
  readonly aws: FakeAws;
  readonly cwd: string;
  run(...args: string[]): ReturnType<typeof runCommand>;
}

export async function world(source = appWith("check", "ship"), env: Record<string, string> = {}): Promise<World> {
  const aws = await fakeAws();
  aws.next = { outputs };
  const cwd = temporaryApp({ "index.ts": source, "package.json": '{"name":"shop"}' });
  // No SAM CLI of this machine: the tests that want one put their own there.
  const PATH = join(cwd, "bin");
  mkdirSync(PATH);
  const run = (...args: string[]) =>
    runCommand([...args, "--stage", "prod"], { cwd, env: { ...aws.environment, PATH, ...env } });
  return { aws, cwd, run };
}

/** What was called of a service, in order. */
export const actions = ({ calls }: FakeAws, service: string): string[] =>
  calls.flatMap(({ action }) => (action.startsWith(`${service}.`) ? [action.slice(service.length + 1)] : []));

/** What was sent with each call of this name. */
export const sent = ({ calls }: FakeAws, action: string) =>
  calls.filter((call) => call.action === action).map(({ input }) => input);
