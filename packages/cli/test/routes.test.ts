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
    "METHOD  PATH           WHERE        WITHOUT A KEY",
    "GET     /public/:name  index.js:7   app.auth /public/* decides",
    "POST    /orders        index.js:8   refused",
    "GET     /users/:id     index.js:9   app.auth /users/me decides about some paths, else refused",
    "*       /hooks/:name   index.js:10  app.auth /^\\/hooks\\// decides where it matches, else refused",
    "GET     /^\\/re/i       index.js:11  app.auth /public/* decides where it matches, else app.auth /users/me decides where it matches, else app.auth /^\\/hooks\\// decides where it matches, else refused",
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
      file: "index.js",
      line: 7,
    },
    {
      method: "POST",
      path: "/orders",
      readWriteKey: true,
      readOnlyKey: false,
      withoutKey: "refused",
      hooks: [],
      file: "index.js",
      line: 8,
    },
    {
      method: "GET",
      path: "/users/:id",
      readWriteKey: true,
      readOnlyKey: true,
      withoutKey: "hook-or-refused",
      hooks: [{ path: "/users/me", covers: "some" }],
      file: "index.js",
      line: 9,
    },
  ]);
});

test("an app without routes says so", async () => {
  const cwd = temporaryApp({ "index.js": 'import { app } from "stephooks"; export default app.init();' });
  expect((await runCommand(["routes"], { cwd })).stdout).toBe("The app has no routes.\n");
});

test("a route is where the app's own code registers it: in another file, by a loop, a package, crudlify or a folder", async () => {
  const cwd = temporaryApp({
    "src/index.ts": `import { app } from "stephooks";
import { addOrders } from "./orders.ts";
import { addHealth } from "health-package";

interface Nothing {
  readonly here: string;
}

addOrders("/orders");
addHealth(app);
await app.crudlify({ notes: null }, { prefix: "/api" });
app.static({ route: "/site", directory: "/web" });
app.storage({ route: "/uploads", directory: "/up" });
app.get(/^\\/re(?:x)?$/, (_req, res) => res.end());
app.useRoute("/middle", (_req, _res, next) => next());
export default app.init();
`,
    "src/orders.ts": `import { app } from "stephooks";
export function addOrders(prefix: string): void {
  for (const name of ["open", "closed"]) {
    app.get(\`\${prefix}/\${name}\`, (_req, res) => res.end());
  }
}
`,
    "package.json": `{ "main": "src/index.ts" }`,
    "node_modules/health-package/package.json": `{ "name": "health-package", "type": "module", "main": "main.js" }`,
    "node_modules/health-package/main.js": `export const addHealth = (app) => app.get("/health", () => {});`,
  });
  const { code, stdout } = await runCommand(["routes", "--json"], { cwd });
  expect(code).toBe(0);
  const { routes }: { routes: { method: string; path: string; file: string; line: number }[] } = JSON.parse(stdout);
  const where = (path: string) => routes.find((route) => route.path === path);
  expect(where("/orders/open")).toMatchObject({ file: "src/orders.ts", line: 4 });
  expect(where("/orders/closed")).toMatchObject({ file: "src/orders.ts", line: 4 });
  expect(where("/health")).toMatchObject({ file: "src/index.ts", line: 10 });
  const at = (line: number) =>
    routes.flatMap(({ file, line: own, path }) => (file === "src/index.ts" && own === line ? [path] : []));
  expect(new Set(at(11))).toEqual(new Set(["/api/:collection", "/api/:collection/:ID", "/api/:collection/_byquery"]));
  expect(at(12)).toEqual(["/site/*"]);
  expect(at(13)).toEqual(["/uploads/*"]);
  expect(at(14)).toEqual(["/^\\/re(?:x)?$/"]);
  // Middleware answers nothing by itself: it is no route.
  expect(at(15)).toEqual([]);
  // A route of files decides itself who may read: everybody may.
  expect(where("/site/*")).toMatchObject({
    method: "GET",
    withoutKey: "hook",
    hooks: [{ path: "/site/*", covers: "all" }],
  });
  for (const { file, line } of routes) expect([typeof file, typeof line]).toEqual(["string", "number"]);
});
