import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answered, type RunningApp, startApp } from "./support/running-app.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const notes = `import { app, Datastore } from "stephooks";
app.get("/schema", async (_req, res) => {
  await Datastore.open().createCollection("strict", {
    schema: { type: "object", properties: { total: { type: "number" } }, required: ["total"] },
  });
  res.json({});
});
export default app.init();
`;

let notesApp: RunningApp;
beforeAll(async () => {
  notesApp = await startApp({ "index.ts": notes });
  await fetch(`${notesApp.url}/schema`);
});
afterAll(() => notesApp.stop());

const json = ({ stdout }: Answered) => JSON.parse(stdout);

/** The documents of a collection as the table has them, by id. */
async function documents(collection: string): Promise<readonly object[]> {
  const items = await notesApp.items(`d#${collection}#`);
  return items.map(({ d }): { _id: string } => JSON.parse(d?.S ?? "")).toSorted((a, b) => (a._id < b._id ? -1 : 1));
}

const names = Array.from({ length: 40 }, (_unused, index) => ({ _id: `n${String(index).padStart(2, "0")}`, index }));

test("db import stores JSON lines; query finds, sorts, cuts and counts; export writes all of them", async () => {
  writeFileSync(join(notesApp.cwd, "names.jsonl"), names.map((name) => `${JSON.stringify(name)}\n`).join(""));
  expect(await notesApp.deployed(["db", "import", "names", join(notesApp.cwd, "names.jsonl"), "--json"])).toEqual({
    code: 0,
    stdout: `{"imported":40,"rejected":[]}\n`,
    stderr: "",
  });
  expect(await documents("names")).toEqual(names);

  const query = (...args: string[]) => notesApp.local(["db", "query", "names", "--json", ...args]);
  const found = await query("--where", '{"index":{"$lt":3}}', "--sort=-index", "--fields", "index");
  expect(json(found)).toEqual({ documents: [2, 1, 0].map((index) => ({ _id: `n0${index}`, index })) });
  expect(json(await query("--count"))).toEqual({ count: 40 });
  expect(json(await query("--limit", "2", "--offset", "1")).documents).toEqual(names.slice(1, 3));
  expect(await query("--where", '{"index":{"$smaller":3}}')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('{"error":{"code":"unknown-operator"'),
  });

  const lines = await notesApp.local(["db", "export", "names"]);
  expect(lines.stdout).toBe(names.map((name) => `${JSON.stringify(name)}\n`).join(""));
  await notesApp.deployed(["db", "export", "names", join(notesApp.cwd, "out.json"), "--array"]);
  expect(JSON.parse(readFileSync(join(notesApp.cwd, "out.json"), "utf8"))).toEqual(names);
});

test("a bad line is named and ends the import; everything before it is stored, nothing after it", async () => {
  const input = '{"_id":"a"}\n\n{"_id":"b"}\n{"_id":\n{"_id":"c"}\n';
  const stopped = await notesApp.local(["db", "import", "broken", "-"], { input });
  expect(stopped).toMatchObject({ code: 1, stdout: "" });
  expect(stopped.stderr).toMatch(
    /^line 4: bad-input: .*\nsome-failed: 2 documents of - were stored: all up to line 4 /,
  );
  expect(await documents("broken")).toEqual([{ _id: "a" }, { _id: "b" }]);
});

test("--continue-on-error stores all that can be stored and names each line that cannot", async () => {
  const input = '[{"_id":"a","total":1},\n {"_id":"b"},\n 7,\n {"_id":"a","total":2},\n {"_id":"c","total":3}]';
  const done = await notesApp.local(["db", "import", "strict", "-", "--continue-on-error", "--json"], { input });
  expect(done.code).toBe(1);
  expect(json(done)).toEqual({
    imported: 2,
    rejected: [
      { line: 2, code: "schema-mismatch", message: expect.any(String) },
      { line: 3, code: "bad-input", message: "it is no JSON object" },
      { line: 4, code: "duplicate-id", message: expect.any(String) },
    ],
  });
  expect((await documents("strict")).map((one) => Reflect.get(one, "_id"))).toEqual(["a", "c"]);

  const replaced = await notesApp.local(["db", "import", "strict", "-", "--replace"], {
    input: '{"_id":"a","total":9}',
  });
  expect(replaced).toMatchObject({ code: 0, stdout: "Stored 1 document in strict.\n" });
  expect(await documents("strict")).toContainEqual({ _id: "a", total: 9 });
});
