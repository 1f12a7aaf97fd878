import { expect, test } from "vitest";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

const app = `import { app } from "stephooks";
const pass = (_req, _res, next) => next();
const end = (_req, res) => res.end();
app.auth("/public/*", pass);
app.auth("/users/me", pass);
app.auth(/^\\/hooks\\//, pass);
app.get("/public/:name", end);
app.post("/orders", end);
app.get("/users/:id", end);
app.all("/hooks/:name", end);
app.get(/^\\/re/i, end);
export default app.init();
`;

test("routes tells for each route, in matching order, who may call it", async () => {
  const cwd = temporaryApp({ "index.js": app });
  const { code, stdout } = await runCommand(["routes"], { cwd });
  expect(code).toBe(0);
  expect(stdout.split("\n").slice(0, 6)).toEqual([
    "METHOD  PATH           WITHOUT A KEY",
    "GET     /public/:name  app.auth /public/* decides",
    "POST    /orders        refused",
    "GET     /users/:id     app.auth /users/me decides about some paths, else refused",
    "*       /hooks/:name   app.auth /^\\/hooks\\// decides where it matches, else refused",
    "GET     /^\\/re/i       app.auth /public/* decides where it matches, else app.auth /users/me decides where it matches, else app.auth /^\\/hooks\\// decides where it matches, else refused",
  ]);
});

test("routes --json prints the same as data", async () => {
  const cwd = temporaryApp({ "index.js": app });
  const { code, stdout } = await runCommand(["routes", "--json"], { cwd });
  expect(code).toBe(0);
  const { routes }: { routes: object[] } = JSON.parse(stdout);
  expect(stdout).toBe(`${JSON.stringify({ routes })}\n`);
  expect(routes.slice(0, 3)).toEqual([
    {
      method: "GET",
      path: "/public/:name",
      readWriteKey: true,
      readOnlyKey: true,
      withoutKey: "hook",
      hooks: [{ path: "/public/*", covers: "all" }],
    },
    { method: "POST", path: "/orders", readWriteKey: true, readOnlyKey: false, withoutKey: "refused", hooks: [] },
    {
      method: "GET",
      path: "/users/:id",
      readWriteKey: true,
      readOnlyKey: true,
      withoutKey: "hook-or-refused",
      hooks: [{ path: "/users/me", covers: "some" }],
    },
  ]);
});

test("an app without routes says so", async () => {
  const cwd = temporaryApp({ "index.js": 'import { app } from "stephooks"; export default app.init();' });
  expect((await runCommand(["routes"], { cwd })).stdout).toBe("The app has no routes.\n");
});
