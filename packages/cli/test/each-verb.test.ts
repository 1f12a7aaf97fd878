import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "@stephooks/aws/resources";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { expectDocumented } from "./support/documented-shapes.ts";
import { hasOption, leaves } from "./support/leaves.ts";
import { becomes, letterOf } from "./support/instance-letters.ts";
import { type Answered, type RunningApp, startApp } from "./support/running-app.ts";
import type { RunOptions } from "./support/run-command.ts";
import { everyVerbApp } from "./support/every-verb-app.ts";
import { ESCAPE, inTerminal } from "./support/terminal.ts";

/*
 * Every verb on a running app, here and with --stage: what it does, read from table, queues and bucket by plain HTTP, and
 * that its JSON is as the page about the command line says.
 */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

let app: RunningApp;
beforeAll(async () => {
  app = await startApp({ "index.ts": everyVerbApp });
});
afterAll(() => app.stop());

/** Sets the scene: what is no verb's effect. */
async function post(path: string, body: object = {}): Promise<void> {
  const answer = await fetch(app.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

/** What the table says of an instance: its status letter. */

/** What SQS itself counts in one of the app's queues. */
async function counted(
  name: keyof typeof environmentNames,
  attribute = "ApproximateNumberOfMessages",
): Promise<number> {
  const { Attributes } = await app.sqs<{ Attributes: Record<string, string> }>("GetQueueAttributes", {
    QueueUrl: app.environment[environmentNames[name]],
    AttributeNames: [attribute],
  });
  return Number(Attributes[attribute]);
}

describe.each(["local", "deployed"] as const)("%s", (target) => {
  const seen = new Set<string>();

  /** Runs a verb with --json; answers with the objects it printed, after a look whether they are as documented. */
  async function lines(verb: string, args: readonly string[], options: RunOptions = {}, code = 0) {
    const answer = await app[target]([...verb.split(" "), ...args, "--json"], options);
    expect(answer.code, answer.stderr + answer.stdout).toBe(code);
    const objects = answer.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const each of objects) expectDocumented(verb, each);
    seen.add(verb);
    return objects;
  }

  const one = async (verb: string, args: readonly string[], options?: RunOptions) =>
    (await lines(verb, args, options))[0];

  /** Without --yes and with nobody to ask the count is told and nothing is done. */
  async function countsFirst(args: readonly string[], sentence: RegExp): Promise<void> {
    const refused: Answered = await app[target](args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(sentence);
    expect(refused.stderr).toMatch(/\nbad-usage: Nobody is here to ask: add --yes /);
  }

  test("instances are started, listed, shown, retried, resumed, cancelled and followed to their end", async () => {
    const id = (name: string) => `${name}-${target}`;
    expect(await one("workflow start", ["flaky", "--id", id("bank"), "--input", '{"a":1}'])).toMatchObject({
      created: true,
      id: id("bank"),
    });
    await post(`/start/${id("yes")}`);
    await post(`/start/${id("no")}`, { where: target });
    await becomes(app, id("yes"), "W");
    await becomes(app, id("no"), "W");
    const listed = await one("workflow list", ["order", "--where", `{"where":"${target}"}`]);
    expect(listed).toMatchObject({ instances: [{ id: id("no") }] });

    // Paused, an answer comes without effect; resume gives it its effect.
    await post(`/pause/${id("yes")}`);
    await one("request", ["POST", `/approve/${id("yes")}`]);
    expect(await one("workflow show", [id("yes")])).toMatchObject({ status: "paused" });
    await countsFirst(["workflow", "resume", "--all", "order"], /^1 instance would be resumed\.\n/);
    expect(await letterOf(app, id("yes"))).not.toBe("D");
    expect(await one("workflow resume", ["--all", "order", "--yes"])).toMatchObject({ matched: 1, failed: [] });
    await becomes(app, id("yes"), "D");

    await becomes(app, id("bank"), "F");
    await countsFirst(["workflow", "retry", "--all", "flaky"], /^1 instance would be tried again\.\n/);
    await one("workflow retry", [id("bank"), "--state", '{"ok":true}']);
    await becomes(app, id("bank"), "D");

    const tail = lines("workflow tail", [id("no")], {}, 1);
    await one("workflow cancel", [id("no")]);
    expect(await letterOf(app, id("no"))).toBe("C");
    expect((await tail).at(-1)).toMatchObject({ ended: { id: id("no"), status: "cancelled" } });
  });

  test("a purge of the queue of steps deletes what waits there, after its count; the instances stand", async () => {
    await one("workflow start", ["late"]);
    const delayed = () => counted("stepQueueUrl", "ApproximateNumberOfMessagesDelayed");
    await expect.poll(delayed, { timeout: 30_000 }).toBe(1);
    expect((await one("queue list", [])).queues[0]).toMatchObject({ name: "steps", delayed: 1 });
    await countsFirst(["queue", "purge", "steps"], /^1 message of steps of .* would be deleted\. Starts that wait/);
    expect(await delayed()).toBe(1);
    expect(await one("queue purge", ["steps", "--yes"])).toEqual({ matched: 1, purged: true });
    expect(await delayed()).toBe(0);
  });

  test("dead letters are counted, looked at without being consumed, sent again, one or all, and deleted", async () => {
    const dead = () => counted("jobDeadLetterUrl");
    const send = async (...names: string[]) => {
      for (const name of names) await post("/mail", { to: `${name}-${target}` });
    };
    const received = (name: string) =>
      expect
        .poll(async () => (await app.items("d#sent#")).map(({ sk }) => sk?.S), { timeout: 60_000 })
        .toContain(`${name}-${target}`);
    await post("/open/false");
    await send("ann", "ben", "cid");
    await expect.poll(dead, { timeout: 60_000 }).toBe(3);
    expect((await one("queue list", [])).queues[1]).toMatchObject({
      ...{ name: "jobs", waiting: 0, inFlight: 0, delayed: 0, deadLetters: 3 },
    });
    const { messages } = await one("queue peek", ["jobs", "--dead"]);
    expect(messages[0].body).toMatchObject({ t: "mail", p: { to: `ann-${target}` } });
    // Nothing is hidden and nothing is gone.
    expect(await dead()).toBe(3);

    await post("/open/true");
    expect(await one("queue redrive", ["jobs", messages[0].id])).toEqual({ matched: 1, redriven: 1 });
    await received("ann");
    expect(await dead()).toBe(2);
    await countsFirst(["queue", "redrive", "jobs"], /^2 messages would go back into jobs of /);
    expect(await dead()).toBe(2);
    expect(await one("queue redrive", ["jobs", "--yes"])).toEqual({ matched: 2, redriven: 2 });
    await received("ben");
    await received("cid");

    await post("/open/false");
    await send("dora");
    await expect.poll(dead, { timeout: 60_000 }).toBe(1);
    expect(await one("queue purge", ["jobs", "--dead", "--dry-run"])).toEqual({ matched: 1, purged: false });
    await countsFirst(["queue", "purge", "jobs", "--dead"], /^1 message of the dead letters of jobs of /);
    expect(await dead()).toBe(1);
    expect(await one("queue purge", ["jobs", "--dead", "--yes"])).toEqual({ matched: 1, purged: true });
    expect(await dead()).toBe(0);
  });

  test("jobs are listed and run", async () => {
    const runs = async () => (await app.items("k##")).find(({ sk }) => sk?.S === "runs")?.["n"]?.N ?? "0";
    const before = Number(await runs());
    expect(await one("job run", ["weekly"])).toMatchObject({ status: "completed" });
    expect(Number(await runs())).toBe(before + 1);
    const { jobs } = await one("job list", ["--next", "1"]);
    expect(jobs).toMatchObject([{ name: "weekly", lastRun: { status: "completed" } }]);
  });

  test("what db exports can be imported, and is the same then", async () => {
    const from = `from-${target}`;
    const to = `to-${target}`;
    const documents = [
      { _id: "a", text: 'ü\n\u2028 "q"', deep: { list: [1, null, { x: true }] } },
      { _id: "b", total: 1.5e300, none: null },
      { _id: "c" },
    ];
    const input = documents.map((document) => `${JSON.stringify(document)}\n`).join("");
    expect(await one("db import", [from, "-"], { input })).toEqual({ imported: 3, rejected: [] });
    const stored = async (collection: string) =>
      (await app.items(`d#${collection}#`))
        .map(({ d }) => JSON.parse(d?.S ?? ""))
        .toSorted((a, b) => (a._id < b._id ? -1 : 1));
    expect(await stored(from)).toEqual(documents);
    const file = join(app.cwd, `${target}.json`);
    const form = target === "local" ? [] : ["--array"];
    expect(await one("db export", [from, file, ...form])).toEqual({ exported: 3, file });
    expect(await one("db import", [to, file])).toEqual({ imported: 3, rejected: [] });
    expect(await stored(to)).toEqual(documents);
    expect(await one("db query", [to, "--where", '{"_id":"b"}'])).toEqual({ documents: [documents[1]] });
  });

  test("values are set, got, listed and removed, each in its keyspace", async () => {
    const key = `key-${target}`;
    const there = ["--keyspace", target];
    const stored = async () => (await app.items(`k#${target}#`)).map(({ sk }) => sk?.S);
    await one("kv set", [key, '{"a":1}', ...there]);
    expect(await stored()).toEqual([key]);
    expect(await one("kv get", [key, ...there])).toEqual({ key, value: { a: 1 } });
    expect(await lines("kv get", [key], {}, 1)).toEqual([{ key, value: null }]);
    expect(await one("kv list", ["key-", ...there])).toEqual({ entries: [{ key, value: { a: 1 } }] });
    expect(await one("kv del", [key, ...there])).toEqual({ key, removed: true });
    expect(await stored()).toEqual([]);
    expect(await lines("kv del", [key, ...there], {}, 1)).toEqual([{ key, removed: false }]);
  });

  test("files are stored, listed and removed, many after their count", async () => {
    const file = join(app.cwd, "logo.svg");
    writeFileSync(file, "<svg/>");
    const folder = `files-${target}/`;
    const endpoint = app.environment[environmentNames.s3Endpoint];
    const stored = (name: string) => fetch(`${endpoint}/${app.environment[environmentNames.bucket]}/${folder}${name}`);
    expect(await one("files put", [file, `/${folder}`])).toMatchObject({ path: `${folder}logo.svg`, size: 6 });
    const logo = await stored("logo.svg");
    expect([await logo.text(), logo.headers.get("content-type")]).toEqual(["<svg/>", "image/svg+xml"]);
    for (const name of ["b", "c"]) await one("files put", [file, `${folder}${name}`, "--type", "text/plain"]);
    expect((await stored("b")).headers.get("content-type")).toBe("text/plain");
    expect(await one("files rm", [`/${folder}logo.svg`])).toMatchObject({ removed: [`${folder}logo.svg`] });
    expect([(await stored("logo.svg")).status, (await stored("b")).status]).toEqual([404, 200]);
    const { files } = await one("files ls", [folder]);
    expect(files).toMatchObject([
      { path: `${folder}b`, size: 6 },
      { path: `${folder}c`, size: 6 },
    ]);
    await countsFirst(["files", "rm", "--prefix", folder], /^2 files would be removed\.\n/);
    expect((await stored("b")).status).toBe(200);
    expect(await one("files rm", ["--prefix", folder, "--yes"])).toMatchObject({ matched: 2, missing: [] });
    expect([(await stored("b")).status, (await stored("c")).status]).toEqual([404, 404]);
    expect(await lines("files rm", [`${folder}b`], {}, 1)).toMatchObject([{ missing: [`${folder}b`] }]);
  });

  test("keys are added, listed and removed", async () => {
    const stored = async () => JSON.stringify(await app.items(""));
    const { sha256 } = await one("token add", [`shop-${target}`, "--read-only"]);
    expect(await stored()).toContain(sha256);
    const listed = async () => (await one("token list", [])).keys;
    await expect
      .poll(listed, { timeout: 30_000 })
      .toContainEqual({ name: `shop-${target}`, access: "read-only", sha256 });
    expect((await one("token remove", [sha256])).removed.name).toBe(`shop-${target}`);
    expect(await stored()).not.toContain(sha256);
  });

  test("these were all verbs on a running app", () => {
    // A graph is read from the source, logs have a test of their own, and env asks other services.
    const others = /^(?:graph|logs|env .*)$/;
    const verbs = leaves.filter((leaf) => hasOption(leaf, "--app") && !others.test(leaf.words));
    expect([...seen].toSorted()).toEqual(verbs.map(({ words }) => words).toSorted());
  });
});

test("what touches many things asks on a terminal, and does it after a yes only", async () => {
  writeFileSync(join(app.cwd, "a.txt"), "a");
  for (const path of ["ask/a.txt", "ask/b.txt"]) await app.local(["files", "put", "a.txt", path]);
  const remove = ["files", "rm", "--prefix", "ask/"];
  const paths = async () => JSON.parse((await app.local(["files", "ls", "ask/", "--json"])).stdout).files.length;
  const no = await inTerminal(remove, { cwd: app.cwd, keys: [["Go on?", "n"]] });
  expect(no).toMatchObject({
    code: 1,
    screen: expect.stringMatching(/^2 files would be removed\.\n[^]*\nnot-confirmed: /),
  });
  expect(await paths()).toBe(2);
  expect(await inTerminal(remove, { cwd: app.cwd, keys: [["Go on?", "y"]] })).toMatchObject({ code: 0 });
  expect(await paths()).toBe(0);
});

test("colours are on a terminal, and elsewhere with FORCE_COLOR; NO_COLOR takes them away", async () => {
  const id = "colours";
  await post(`/start/${id}`);
  await becomes(app, id, "W");
  const show = ["workflow", "show", id];
  const { cwd } = app;
  const plain = await app.local(show, { env: { NO_COLOR: "" } });
  expect(plain).toMatchObject({ code: 0, stdout: expect.stringContaining("waiting at step ask") });
  expect(plain.stdout).not.toContain(ESCAPE);
  const coloured = await inTerminal(show, { cwd });
  expect(coloured.screen).toContain(ESCAPE);
  expect(stripVTControlCharacters(coloured.screen)).toBe(plain.stdout);
  expect(await inTerminal(show, { cwd, env: { NO_COLOR: "1" } })).toEqual({ code: 0, screen: plain.stdout });
  expect((await app.local(show, { env: { NO_COLOR: "", FORCE_COLOR: "1" } })).stdout).toBe(coloured.screen);
});
